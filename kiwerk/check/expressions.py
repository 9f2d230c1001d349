"""The expressions of a toolset's mock, with where they stand."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from kiwerk.render.expression import find_expressions

if TYPE_CHECKING:
    from collections.abc import Iterator

    from kiwerk.spec import Toolset
    from kiwerk.spec.toolset import Clause
    from kiwerk.spec.walk import Route


class Found(NamedTuple):
    """One expression."""

    operation: str
    route: Route
    text: str
    """With its `=`."""


def find_clauses(toolset: Toolset) -> Iterator[tuple[str, Route, Clause]]:
    """Every clause of the mock with its operation and its place."""
    for operation, clauses in (toolset.mock.calls if toolset.mock else {}).items():
        for number, clause in enumerate(clauses):
            yield operation, ("mock", "calls", operation, number), clause


def find_mock_expressions(toolset: Toolset) -> Iterator[Found]:
    """Every expression of the mock."""
    for operation, place, clause in find_clauses(toolset):
        values = (
            ("when", clause.when),
            ("result", clause.result),
            ("set", clause.change),
            ("append", clause.append),
            ("remove", clause.remove),
        )
        for field, value in values:
            for route, text in find_expressions(value, (*place, field)):
                yield Found(operation, route, text)
