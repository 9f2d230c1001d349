"""Who must agree to changes of the gate: the file that GitHub reads, the first of three places that has one.

Of several lines that fit a path the last one counts.
Format: https://docs.github.com/repositories/managing-your-repositorys-settings-and-features/customizing-your-repository/about-code-owners
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

from kiwerk.record.comparison import Line, Weakening

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

PLACES = (".github/CODEOWNERS", "CODEOWNERS", "docs/CODEOWNERS")
_ELSEWHERE = re.compile(
    r"/(?!agents|evals|processes|docs|\.github|pyproject|Makefile|makefile|GNUmakefile)[\w.-]+(/|$)"
)
"""A pattern that fits nothing of the gate: it begins with a folder or file of another name, without wildcards."""


class _Owned(NamedTuple):
    pattern: str
    owners: tuple[str, ...]


def find_changed_owners(before: Mapping[str, bytes], after: Mapping[str, bytes]) -> Iterator[Weakening]:
    """Lines that are gone or other than before, and new ones that may take a path from the owners it had."""
    place, old = _read(before)
    now, new = _read(after)
    lines, still = list(old.values()), list(new.values())
    # new lines on top take nothing from those below
    if place is None or not lines or still[-len(lines) :] == lines:
        return
    found: list[tuple[_Owned, str | None, int, str]]
    found = [(item, place, number, "gone or another") for number, item in old.items() if item not in still]
    found += [(item, now, number, "new, below others") for number, item in new.items() if item not in lines and now]
    if not found:
        number = next(iter(new))
        found = [(new[number], now, number, "in another order")]
    for item, path, number, what in found:
        line = Line(path=path or place, line=number)
        is_gone = item not in still
        yield Weakening(
            rule="changed-owners",
            subject=f"{path}.{item.pattern}",
            message=f"the line '{' '.join((item.pattern, *item.owners))}' is {what}",
            base=line if is_gone else None,
            head=None if is_gone else line,
        )


def _read(files: Mapping[str, bytes]) -> tuple[str | None, dict[int, _Owned]]:
    """The file that counts, and its lines that may be about the gate, by number."""
    path = next((place for place in PLACES if place in files), None)
    if path is None:
        return None, {}
    found = {}
    for number, line in enumerate(files[path].decode("utf-8", "replace").splitlines(), 1):
        pattern, *owners = re.sub(r"(^|\s)#.*", "", line).split() or [""]
        if pattern and not _ELSEWHERE.match(pattern):
            found[number] = _Owned(pattern, tuple(sorted(owners)))
    return path, found
