"""Comments that silence a rule and were not there before."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from kiwerk.check.ignores import find_ignored
from kiwerk.record.comparison import Line, Weakening

if TYPE_CHECKING:
    from collections.abc import Iterator

    from kiwerk.load.project import Project


def find_new_ignores(base: Project, head: Project) -> Iterator[Weakening]:
    """Rules that are ignored in a file more often than before, at their last places."""
    for path, source in head.sources.items():
        before = base.sources.get(path)
        known = Counter(rule for rule, _ in find_ignored(before)) if before else Counter[str]()
        for rule, line in find_ignored(source):
            known[rule] -= 1
            if known[rule] < 0:
                yield Weakening(
                    rule="new-ignore",
                    subject=f"{path}.{rule}",
                    message=f"the rule '{rule}' is ignored",
                    head=Line(path=path, line=line),
                )
