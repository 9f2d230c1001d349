"""Which model answered, by the name that its provider reports.

One verdict is about one model: the one that answered last. What others said under the same address does not count
beside it, and a name that cannot be the one asked for is no evidence for what would be deployed.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from kiwerk.prices.table import strip_provider

if TYPE_CHECKING:
    from collections.abc import Iterable

    from kiwerk.record import SampleScore

_VERSION = re.compile(r"[-@:._](latest|preview|exp|v\d+(?::\d+)?|\d{4}-\d\d-\d\d|\d\d-\d{4}|\d\d-\d\d|\d{3,8})$")
"""What vendors write behind a model's name: `-2506`, `-2024-08-06`, `@20250929`, `-v1:0`, `:latest`."""


def find_newest_model(samples: Iterable[SampleScore]) -> str | None:
    """The name reported with the newest of some samples; None where none was."""
    named = [(sample.sampled, sample.source.reported) for sample in samples if sample.source.reported]
    return max(named)[1] if named else None


def contradicts(asked: str | None, reported: str | None) -> bool:
    """Whether what answered cannot be the model that was asked for.

    A dated name and its alias are the same (`mistral-small` and `mistral-small-2506`), and so are a name and one with a
    vendor before it, or a dated name and one with more behind it; two dates are not, and neither are two variants
    (`gpt-4o` and `gpt-4o-mini`). What nobody told contradicts nothing.
    """
    if not asked or not reported:
        return False
    asked = (strip_provider(asked) or asked).lower()
    name, version = _split(asked)
    if version and reported.lower().startswith(f"{asked}-"):
        return False
    other, of_other = _split(reported)
    if name != other and not name.endswith(f".{other}") and not other.endswith(f".{name}"):
        return True
    return not (version.startswith(of_other) or of_other.startswith(version))


def _split(name: str) -> tuple[str, str]:
    """A model's name without vendor and version, and the version; that it is the latest says nothing."""
    stem, version = name.lower().rpartition("/")[2], ""
    while found := _VERSION.search(stem):
        stem = stem[: found.start()]
        if found[1] != "latest":
            version = f"{found[1]}-{version}"
    return stem, version
