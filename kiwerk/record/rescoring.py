"""What today's expectations say about a stored run, beside what was said when it was held."""

from __future__ import annotations

from kiwerk.record.base import Record, Status
from kiwerk.record.run import Run
from kiwerk.record.transcript import Conversation


class ScoreChange(Record):
    """One expectation or rule that says something else than it did."""

    name: str
    turn: int | None
    """User turn it stands at, from 1; absent for the whole conversation."""
    before: Status | None
    """Absent where it is new."""
    after: Status | None
    """Absent where it is gone."""
    message: str
    """What it says now, or said when it was there."""
    place: str | None
    """`path:line` where it is written."""


class Rejudged(Record):
    """One conversation that is judged otherwise."""

    conversation: Conversation
    transcript: str
    before: Status
    after: Status
    """May be what it was: then some expectations changed, and not the outcome."""
    scores: tuple[ScoreChange, ...]


class Unfit(Record):
    """One conversation that today's expectations are not about."""

    conversation: Conversation
    reason: str


class Rescoring(Record):
    """A stored run, judged by today's expectations."""

    run: Run
    """The run with today's results; those that no longer fit are left out."""
    changes: tuple[Rejudged, ...]
    refused: tuple[Unfit, ...]
