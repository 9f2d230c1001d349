"""What a simulated user was told, and what its errors are judged by."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING, Any

from kiwerk.render.effects import find_acts, find_ends, find_operations
from kiwerk.rules import Label, parse_label

if TYPE_CHECKING:
    from collections.abc import Mapping

    from kiwerk.record import Turn
    from kiwerk.render.situation import Situation


@dataclass(frozen=True, slots=True)
class Brief:
    """One simulated user's knowledge, and the world it cannot see."""

    goal: str
    knows: Mapping[str, Any]
    now: datetime | None = None
    """Local time."""
    acts: frozenset[str] = frozenset()
    """Labels of the operations that change something or hand over."""
    handovers: frozenset[str] = frozenset()
    """Those among them that hand over to a human."""
    ends: tuple[Label, ...] = ()
    """The events with which the case's processes end."""
    unchecked: frozenset[str] = field(default_factory=frozenset)
    """Names of the checks that the case switches off."""
    names_process: bool = False
    """Whether the case says which process it is about."""

    @property
    def must_act(self) -> bool:
        """Whether something has to be done: the case names its process, and that ends with a change."""
        return self.names_process and any(end.operation in self.acts - self.handovers for end in self.ends)

    def find_ends(self, turn: Turn) -> frozenset[str]:
        """The operations by whose calls a turn ends a process."""
        return frozenset(
            call.operation
            for call in turn.calls
            for end in self.ends
            if end.operation == call.operation and end.outcome in (None, call.outcome)
        )


def make_brief(situation: Situation) -> Brief:
    """The brief of a case's simulated user.

    Raises:
        ValueError: the case has none.
    """
    simulation = situation.case.simulate
    if simulation is None:
        message = f"{situation.id} has no simulated user"
        raise ValueError(message)
    return Brief(
        goal=simulation.goal,
        knows=simulation.knows,
        now=datetime.fromisoformat(situation.now) if situation.now else None,
        acts=find_acts(situation.toolsets),
        handovers=find_operations(situation.toolsets, "handover"),
        ends=tuple(parse_label(label) for label in sorted(find_ends(situation.processes))),
        unchecked=frozenset(simulation.unchecked),
        names_process=situation.case.process is not None,
    )
