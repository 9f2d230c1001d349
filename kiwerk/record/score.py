"""What one expectation or rule said about one conversation."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal

from kiwerk.record.base import Record, Status


class Score(Record):
    """One judgement."""

    name: str
    """The expectation's id or kind, or the rule's id."""
    kind: str
    """Kind of the expectation, or `rule`."""
    turn: int | None = None
    """User turn it stands at, from 1; absent for the whole conversation."""
    status: Status
    message: str
    """One sentence: what was expected, and what was found."""
    severity: Literal["block", "warn"] = "block"
    weight: float = 1
    activations: int | None = None
    """How often the rule's trigger occurred; a rule with none holds vacuously. Rules only."""
    place: str | None = None
    """`path:line` where it is written."""


def sum_status(scores: Sequence[Score]) -> Status:
    """Status of a conversation: errored before failed before passed; what only warns does not count.

    Without a single judgement it is errored: nothing was shown.
    """
    counting = [score.status for score in scores if score.severity == "block"]
    if Status.ERRORED in counting or not any(status in (Status.PASSED, Status.FAILED) for status in counting):
        return Status.ERRORED
    return Status.FAILED if Status.FAILED in counting else Status.PASSED
