"""How much an agent may do in one conversation."""

from __future__ import annotations

from typing import TYPE_CHECKING

from kiwerk.diff.capabilities.found import narrower, wider

if TYPE_CHECKING:
    from collections.abc import Iterator

    from kiwerk.diff.agents import Side
    from kiwerk.record.comparison import Capability

_WORDS = {"turns": "turns in a conversation", "tool_calls": "calls in a turn"}


def find_limits(base: Side, head: Side) -> Iterator[Capability]:
    """Limits that were moved."""
    for name, words in _WORDS.items():
        old, new = getattr(base.agent.spec.limits, name), getattr(head.agent.spec.limits, name)
        places = {"base": base.line("limits", name), "head": head.line("limits", name)}
        if new > old:
            yield wider(head, "raised-limit", f"may take {new} {words}, before {old}", **places)
        elif new < old:
            yield narrower(head, "lowered-limit", f"may take only {new} {words}, before {old}", **places)
