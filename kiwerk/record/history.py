"""The documented development of an agent: what was released, changed, measured and approved, and who answers for it."""

from __future__ import annotations

from datetime import date, datetime
from typing import Literal

from kiwerk.record.base import Record

EventKind = Literal["release", "change", "result", "approval", "decision"]
"""A switch of a target; a commit; a stored run; signed evidence; an entry in the log of a policy."""


class Event(Record):
    """One thing that happened to an agent."""

    kind: EventKind
    at: datetime
    """With offset; a decision has a day only, and stands at its beginning."""
    title: str
    """One sentence."""
    who: str | None = None
    """Who did or answers for it, where that is known."""
    reason: str | None = None
    """Why, in that person's words."""
    details: tuple[str, ...] = ()
    """What exactly: documents, figures."""
    reference: str | None = None
    """By which it is found again: a commit, a run, a digest."""


class Standing(Record):
    """An exception that a policy makes for cases of the agent."""

    policy: str
    rule: str
    select: str
    owner: str
    reason: str
    until: date
    """Last day."""
    is_over: bool


class History(Record):
    """What is documented of an agent."""

    version: Literal[1] = 1
    agent: str
    title: str | None = None
    documents: tuple[str, ...]
    """Files that it is made of today."""
    events: tuple[Event, ...]
    """Newest first."""
    exceptions: tuple[Standing, ...] = ()
    notes: tuple[str, ...] = ()
    """What is not in it, and why."""
