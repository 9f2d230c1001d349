"""What the gate decided about one agent in one environment, and why."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from typing import Literal

from kiwerk.record.base import Record, Status
from kiwerk.record.transcript import Source


class Decision(StrEnum):
    """What the gate says."""

    PASSED = "passed"
    REFUSED = "refused"
    NOT_JUDGED = "not-judged"
    """There is no model evidence at all, so there is nothing to judge; never green."""


class SampleScore(Record):
    """One sample as the gate sees it: small enough to be signed, enough to judge again."""

    case: str
    """`suite#case`."""
    tags: tuple[str, ...] = ()
    stimulus: str
    oracle: str
    repetition: int
    sampled: datetime
    source: Source
    status: Status
    failed: tuple[str, ...] = ()
    """Names of the expectations and rules that failed."""
    fault: Literal["user"] | None = None
    """`user` where a simulated user erred, so that it shows nothing about the agent."""
    user: str | None = None
    """Provider of the model that played the user; absent where a person wrote its words."""
    voters: tuple[str, ...] = ()
    """Providers of the judges' votes by which it was judged; of all votes, where those that count are too few."""
    voted: datetime | None = None
    """When the oldest of these votes was asked for."""


class RuleVerdict(Record):
    """What one rule of the policy said."""

    rule: str
    decision: Decision
    message: str
    """One sentence with the figures."""


class Verdict(Record):
    """The gate's answer for one agent."""

    version: Literal[1] = 1
    agent: str
    environment: str
    policy: str
    ships: str
    decision: Decision
    rules: tuple[RuleVerdict, ...]
    samples: int
    """Model samples judged."""
    oldest: datetime | None = None
    """When the oldest of them was taken."""
    sample: bool = False
    """Whether only a sample of the agent's cases was judged, which is never enough for a deploy."""
