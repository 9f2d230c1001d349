"""How likely a gate refuses an agent that did not change."""

from __future__ import annotations

from kiwerk.record.base import Record


class RuleAlarm(Record):
    """One rule's part of it."""

    rule: str
    chance: float
    """0 to 1; chances of rules that share cases do not add up."""


class Alarm(Record):
    """The chance that an agent would be refused if it were sampled anew, as often as the policy wants."""

    agent: str
    chance: float | None = None
    """0 to 1; absent where it is not known."""
    rules: tuple[RuleAlarm, ...] = ()
    """Those that depend on how conversations go; of the others, no chance is known."""
    draws: int | None = None
    """Simulated samplings that the chance is counted in; absent where it is exact."""
    seed: int | None = None
    """What they were drawn by."""
    unknown: str | None = None
    """Why it is not known, as a clause."""
