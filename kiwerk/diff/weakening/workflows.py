"""Workflows that ask the gate less than before.

A workflow is read as text: which of kiwerk's deciding commands it runs, and how often it says that a failure does not
matter. Format: https://docs.github.com/actions/reference/workflows-and-actions/workflow-syntax
"""

from __future__ import annotations

import re
from collections import Counter
from typing import TYPE_CHECKING

from kiwerk.record.comparison import Line, Weakening

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

FOLDER = ".github/workflows/"

_DECIDING = re.compile(r"\bkiwerk (check|eval|gate|attest|verify|deploy|diff)\b")
_COMMENT = re.compile(r"(?:^|(?<=\s))#.*$", re.MULTILINE)
_SHRUGS = (
    (re.compile(r"\|\|\s*(?:true|:|echo\b)"), "'||' makes a failure count for nothing"),
    (re.compile(r"continue-on-error:\s*true"), "'continue-on-error' makes a failure count for nothing"),
    (re.compile(r"--advisory\b"), "'--advisory' makes a verdict count for nothing"),
)


def find_weaker_workflows(before: Mapping[str, bytes], after: Mapping[str, bytes]) -> Iterator[Weakening]:
    """Workflows that are gone, run a deciding command less often, or shrug more often."""
    for path, data in before.items():
        if not path.startswith(FOLDER):
            continue
        old = _read(data)
        commands = Counter(_DECIDING.findall(old))
        if path not in after:
            if commands:
                yield _weaker(path, f"the workflow is gone; it ran {', '.join(sorted(commands))}", None)
            continue
        new = _read(after[path])
        for command in sorted(commands - Counter(_DECIDING.findall(new))):
            yield _weaker(path, f"`kiwerk {command}` is run less often than before", 1)
        for pattern, message in _SHRUGS:
            if len(pattern.findall(new)) > len(pattern.findall(old)):
                last = [match.start() for match in pattern.finditer(new)][-1]
                yield _weaker(path, message, new.count("\n", 0, last) + 1)


def _read(data: bytes) -> str:
    return _COMMENT.sub("", data.decode("utf-8", "replace"))


def _weaker(path: str, message: str, line: int | None) -> Weakening:
    place = Line(path=path, line=line or 1)
    return Weakening(
        rule="weaker-workflow",
        subject=path,
        message=message,
        base=None if line else place,
        head=place if line else None,
    )
