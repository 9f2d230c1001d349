"""What a comparison has to say at lines of head: regressed cases, a weaker gate, agents that may do more.

The places for that, annotations and code scanning, show a sentence at a line; everything else is in other reports.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from kiwerk.record.comparison import Line
from kiwerk.report.comparison_text import describe_slice

if TYPE_CHECKING:
    from collections.abc import Iterator

    from kiwerk.record import Score
    from kiwerk.record.comparison import Capability, CaseChange, Comparison, Weakening

Level = Literal["error", "warning", "note"]
"""What makes `kiwerk diff` exit 1, what lets an agent do more, and what is to be looked at or was decided."""

_LEVELS: dict[str, Level] = {"wider": "warning", "review": "note"}


@dataclass(frozen=True, slots=True)
class Remark:
    """A sentence at a line."""

    rule: str
    subject: str
    """What it is about; with the rule it tells remarks apart, and stays the same from push to push."""
    message: str
    level: Level
    place: Line | None
    """Absent where it is about no file."""
    is_gone: bool = False
    """Whether the line is one of base, since head has none."""

    @property
    def fingerprint(self) -> str:
        """By which the same remark is known again, wherever its line moved to."""
        return hashlib.sha256(f"{self.rule}\0{self.subject}".encode()).hexdigest()[:32]


def find_remarks(comparison: Comparison) -> tuple[Remark, ...]:
    """All remarks: errors first, and of each level those at changed lines before the others."""
    changed = {change.head for change in comparison.changes if change.head}
    levels = ("error", "warning", "note")
    found = [
        *_cases(comparison),
        *_slices(comparison),
        *map(_weakening, comparison.weakenings),
        *(_capability(item) for item in comparison.capabilities if item.direction in _LEVELS),
    ]
    return tuple(
        sorted(found, key=lambda item: (levels.index(item.level), item.place not in changed, str(item.place or "")))
    )


def _cases(comparison: Comparison) -> Iterator[Remark]:
    for case in comparison.behaviour.cases:
        if case.status not in ("regressed", "errored"):
            continue
        confirmed = f", fresh runs {case.confirmed_base} → {case.confirmed_head}" if case.confirmed_base else ""
        failed = _failed(case)
        why = f"; {failed[0].name}: {failed[0].message}" if failed else f"; {case.reason}" if case.reason else ""
        message = f"{case.case} {case.status}: passed {case.base} → {case.head}{confirmed}{why}"
        yield Remark(f"{case.status}-case", case.case, message, "error", _place(case, failed))


def _slices(comparison: Comparison) -> Iterator[Remark]:
    for item in comparison.behaviour.slices:
        if item.verdict == "lower":
            kind, _, name = item.name.partition(":")
            folder = {"agent": "agents", "process": "processes"}.get(kind)
            place = Line(path=f"{folder}/{name}.yaml", line=1) if folder else None
            yield Remark("regressed-slice", item.name, describe_slice(item), "error", place)


def _failed(case: CaseChange) -> list[Score]:
    shown = case.shown
    return [*(score for turn in shown.turns for score in turn.failed_head), *shown.whole_head] if shown else []


def _place(case: CaseChange, failed: list[Score]) -> Line:
    """Where the first expectation is written that head does not meet, or else the beginning of the suite."""
    path, _, line = next((score.place for score in failed if score.place), "").rpartition(":")
    return Line(path=path, line=int(line)) if path else Line(path=f"evals/{case.case.rpartition('#')[0]}.yaml", line=1)


def _weakening(item: Weakening) -> Remark:
    decided = f"decided by {item.owner}: {item.reason}" if item.reason else "nobody decided so in the log of a policy"
    level: Level = "note" if item.reason else "error"
    message = f"{item.name}: {item.message}; {decided}"
    return Remark(item.rule, item.subject, message, level, item.head or item.base, item.head is None)


def _capability(item: Capability) -> Remark:
    message = f"{item.subject} {item.direction}: {item.message}"
    subject = f"{item.subject}: {item.message}"
    return Remark(item.rule, subject, message, _LEVELS[item.direction], item.head or item.base, item.head is None)
