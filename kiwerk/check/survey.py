"""A check of the whole repository that never needs the whole repository at once.

`kiwerk check` judges one company after another and remembers what it found (decision 0017). What no company knows
alone, such as whether a selector fits anything anywhere, is judged from notes: few, plain, and kept with the findings.
"""

from __future__ import annotations

from dataclasses import astuple, dataclass
from typing import TYPE_CHECKING, Any, Protocol

from kiwerk.finding import Span

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from datetime import datetime

    from kiwerk.check.rule import Check
    from kiwerk.finding import Finding
    from kiwerk.load.project import Project

Notes = dict[str, Any]
"""What JSON can hold."""


class Note(Protocol):
    """Writes down what the judgement needs to know of one company and of what is common."""

    def __call__(self, project: Project, /) -> Notes:
        """The notes. What is common is in the notes of every company, so counting would count it many times."""
        ...


class Judge(Protocol):
    """Finds what one rule is about from the notes of all parts of a repository."""

    def __call__(self, notes: Sequence[Notes], /) -> Iterator[Finding]:
        """The findings, in any order; equal ones are told once."""
        ...


@dataclass(frozen=True, slots=True)
class Survey:
    """A check in two steps, and maybe one for what each company knows alone; of a whole project it does all."""

    note: Note
    judge: Judge
    within: Check | None = None

    def __call__(self, project: Project, now: datetime) -> Iterator[Finding]:
        """Everything the rule finds in a repository."""
        if self.within is not None:
            yield from self.within(project, now)
        yield from self.judge([self.note(project)])


def note_span(span: Span) -> list[Any]:
    """A place as notes hold it."""
    return list(astuple(span))


def span_of_note(place: Sequence[Any]) -> Span:
    """The place again."""
    return Span(*place)
