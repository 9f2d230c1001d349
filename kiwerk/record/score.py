"""What one expectation or rule said about one conversation."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal

from kiwerk.record.base import Record, Status


class Figure(Record):
    """What was measured, beside whether it lies within what was expected."""

    value: float
    unit: Literal["tokens", "EUR", "s"]
    kept: bool
    """Where the score is `measured`, this is all that says so, and it fails nothing."""


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
    figure: Figure | None = None
    """Present where something was measured."""
    place: str | None = None
    """`path:line` where it is written; absent where it passed."""
    reasons: tuple[str, ...] = ()
    """What each vote of a judge gave as its reason, after its answer."""

    @property
    def is_unasked(self) -> bool:
        """Whether it awaits the votes of a judge that nobody asked, since a person wrote the conversation."""
        return self.kind == "judge" and self.status is Status.SKIPPED


def sum_status(scores: Sequence[Score]) -> Status:
    """Status of a conversation: errored before failed before passed; what only warns does not count.

    Where nothing was shown it is errored: without a judgement, or with rules alone that hold because their trigger
    never occurred. It is skipped where what could have shown something was.
    """
    counting = [score for score in scores if score.severity == "block"]
    statuses = {score.status for score in counting}
    if Status.ERRORED in statuses:
        return Status.ERRORED
    if not any(_shows_something(score) for score in counting):
        return Status.SKIPPED if Status.SKIPPED in statuses else Status.ERRORED
    return Status.FAILED if Status.FAILED in statuses else Status.PASSED


def _shows_something(score: Score) -> bool:
    return score.status is Status.FAILED or (score.status is Status.PASSED and score.activations != 0)
