"""Names that a mock takes from its toolset: operations and outcomes."""

from __future__ import annotations

from typing import TYPE_CHECKING

from kiwerk.check.lost import Lost, find_lost
from kiwerk.spec.toolset import ERROR_OUTCOME

if TYPE_CHECKING:
    from collections.abc import Iterator

    from kiwerk.load.project import Loaded
    from kiwerk.spec import Toolset
    from kiwerk.spec.walk import Route


def find_lost_in_toolset(toolset: Loaded[Toolset]) -> Iterator[Lost]:
    """Operations that the mock answers and outcomes that it gives, where the toolset declares none of that name."""
    operations = toolset.spec.operations
    for name, clauses in (toolset.spec.mock.calls if toolset.spec.mock else {}).items():
        route: Route = ("mock", "calls", name)
        yield from find_lost(route, name, operations, "operation", holder="This toolset has", is_key=True)
        if name not in operations:
            continue
        outcomes = (*operations[name].outcomes, ERROR_OUTCOME)
        holder = f"'{toolset.name}.{name}' has"
        for place, clause in enumerate(clauses):
            if clause.outcome is not None:
                yield from find_lost((*route, place, "outcome"), clause.outcome, outcomes, "outcome", holder=holder)
