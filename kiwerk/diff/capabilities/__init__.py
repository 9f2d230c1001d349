"""What agents may do now and could not before, in plain words.

Closed lists wherever words could stretch: what is on none of them is not called wider or narrower, but left for a
person to review.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from kiwerk.diff.agents import pair_agents
from kiwerk.diff.capabilities.arguments import find_arguments
from kiwerk.diff.capabilities.environments import find_environments
from kiwerk.diff.capabilities.limits import find_limits
from kiwerk.diff.capabilities.model import find_model
from kiwerk.diff.capabilities.opening import find_opening
from kiwerk.diff.capabilities.operations import describe_operation, find_operations
from kiwerk.diff.capabilities.personal_data import find_personal_data
from kiwerk.diff.capabilities.processes import find_processes
from kiwerk.diff.capabilities.rules import find_rules
from kiwerk.diff.capabilities.scope import find_scope
from kiwerk.language.phrase import join_names
from kiwerk.record.comparison import Capability

if TYPE_CHECKING:
    from collections.abc import Iterator

    from kiwerk.diff.agents import Side
    from kiwerk.load.project import Project

FINDERS = (
    find_operations,
    find_arguments,
    find_processes,
    find_rules,
    find_limits,
    find_model,
    find_personal_data,
    find_scope,
    find_opening,
)
"""In the order in which a reviewer wants to hear of them; each gets the agent at base and at head."""


def compare_capabilities(base: Project, head: Project) -> tuple[Capability, ...]:
    """What every agent and environment may do differently, what is wider first."""
    found = [
        *(item for pair in pair_agents(base, head) for item in _compare_agent(*pair)),
        *find_environments(base, head),
    ]
    order = {"wider": 0, "review": 1, "narrower": 2}
    return tuple(sorted(found, key=lambda item: order[item.direction]))


def _compare_agent(base: Side | None, head: Side | None) -> Iterator[Capability]:
    if base is not None and head is not None:
        for find in FINDERS:
            yield from find(base, head)
    elif head is not None:
        may = [describe_operation(label, operation) for label, (_, _, operation) in head.operations.items()]
        yield Capability(
            rule="new-agent",
            subject=f"agent:{head.agent.id}",
            direction="wider",
            message=f"is new, and may call {join_names(may)}" if may else "is new, and may call nothing",
            head=head.line("kind"),
        )
    elif base is not None:
        yield Capability(
            rule="lost-agent",
            subject=f"agent:{base.agent.id}",
            direction="narrower",
            message="is gone",
            base=base.line("kind"),
        )
