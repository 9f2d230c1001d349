"""How a finder says what it found: about one agent, with the places on both sides."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

from kiwerk.record.comparison import Capability

if TYPE_CHECKING:
    from kiwerk.diff.agents import Side
    from kiwerk.record.comparison import Direction, Line


class Say(Protocol):
    """One of the three below."""

    def __call__(
        self, side: Side, rule: str, message: str, *, base: Line | None = None, head: Line | None = None
    ) -> Capability:
        """What was found, about the agent of a side."""


def wider(side: Side, rule: str, message: str, *, base: Line | None = None, head: Line | None = None) -> Capability:
    """The agent may do more, or is bound less, than before."""
    return _say(side, rule, "wider", message, base, head)


def narrower(side: Side, rule: str, message: str, *, base: Line | None = None, head: Line | None = None) -> Capability:
    """The agent may do less, or is bound more."""
    return _say(side, rule, "narrower", message, base, head)


def review(side: Side, rule: str, message: str, *, base: Line | None = None, head: Line | None = None) -> Capability:
    """It is different, and a person has to say what that means."""
    return _say(side, rule, "review", message, base, head)


def _say(side: Side, rule: str, direction: Direction, message: str, base: Line | None, head: Line | None) -> Capability:
    subject = f"agent:{side.agent.id}"
    return Capability(rule=rule, subject=subject, direction=direction, message=message, base=base, head=head)
