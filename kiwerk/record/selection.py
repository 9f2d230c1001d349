"""Which cases a change can affect, by which line, and why each other case was left out."""

from __future__ import annotations

from typing import Literal

from kiwerk.record.base import Record

Part = Literal["ships", "stimulus", "oracle", "script"]
"""What differs: one of the three digests, or what a person wrote for the agent's side."""


class Cause(Record):
    """A line that was changed, and what it changes."""

    path: str
    """POSIX path from the repository's root."""
    line: int
    """1-based; where the key is gone, its line at the base."""
    key: str
    """Keys that lead to it, such as `values.sprechzeit`."""
    effect: str
    """What it changes, such as `prompt of praxis-weber/empfang`."""
    gone: bool = False
    """Whether it stands at the base only."""


class SelectedCase(Record):
    """A case that a change can affect."""

    agent: str
    case: str
    """`suite#case`."""
    differs: tuple[Part, ...] = ()
    """What differs from the base; empty where there is nothing to compare with."""
    formerly: str | None = None
    """The `suite#case` it was at the base, where it was called otherwise."""
    causes: tuple[Cause, ...] = ()
    note: str | None = None
    """Why it was selected where no line can be named: it is new, or its base cannot be read."""

    @property
    def is_rescored(self) -> bool:
        """Whether only what it is judged by differs: a stored conversation will do."""
        return self.differs == ("oracle",)

    @property
    def needs_model(self) -> bool:
        """Whether it says something else about the agent than it did; not where only the reference was edited."""
        return self.differs != ("script",)


class LeftOutCase(Record):
    """A case that a change cannot affect."""

    agent: str
    case: str
    reason: str


class Selection(Record):
    """The cases that a change can affect, and the others."""

    revision: str
    """What was compared with, as it was asked for."""
    base: str
    """Digest of the commit where HEAD left it."""
    selected: tuple[SelectedCase, ...]
    left_out: tuple[LeftOutCase, ...]


class TierChoice(Record):
    """The cases that a tier samples: never enough for a deploy."""

    tier: str
    seed: int
    """What the sample was drawn by; it follows from the cases."""
    critical: int
    failed: int
    """Cases that failed in a recent run and are not critical."""
    drawn: int
    """Cases drawn from those that are not critical, and did not fail."""
    strata: int
    """Agents and processes they were drawn from."""
    conversations: int
    """With the model, those included of which samples are stored."""
    sampled: tuple[str, ...]
    """The cases."""
    left_out: tuple[LeftOutCase, ...]
