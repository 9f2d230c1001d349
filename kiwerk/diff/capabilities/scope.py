"""What an agent is there for, and what it leaves to others."""

from __future__ import annotations

from typing import TYPE_CHECKING

from kiwerk.diff.capabilities.found import narrower, wider

if TYPE_CHECKING:
    from collections.abc import Iterator

    from kiwerk.diff.agents import Side
    from kiwerk.record.comparison import Capability


def find_scope(base: Side, head: Side) -> Iterator[Capability]:
    """Subjects that came or went."""
    places = {"base": base.line("scope"), "head": head.line("scope")}
    old, new = base.agent.spec.scope, head.agent.spec.scope
    inside = [set(scope.inside) if scope else set() for scope in (old, new)]
    outside = [set(scope.outside) if scope else set() for scope in (old, new)]
    if old and not new:
        yield wider(head, "wider-scope", "no longer says what it is there for", **places)
        return
    if new and not old:
        yield narrower(head, "narrower-scope", "says what it is there for, and before did not", **places)
        return
    for subject in sorted(inside[1] - inside[0]):
        yield wider(head, "wider-scope", f"is there for '{subject}' now", **places)
    for subject in sorted(outside[0] - outside[1]):
        yield wider(head, "wider-scope", f"need no longer leave '{subject}' to others", **places)
    for subject in sorted(inside[0] - inside[1]):
        yield narrower(head, "narrower-scope", f"is no longer there for '{subject}'", **places)
    for subject in sorted(outside[1] - outside[0]):
        yield narrower(head, "narrower-scope", f"must leave '{subject}' to others", **places)
