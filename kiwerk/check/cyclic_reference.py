"""A chain of references leads back to where it began.

What it does:
    Follows `promote_from` from environment to environment and `deputy` from person to person, and reports each circle
    once. A process may go round in circles: a customer may be asked again.

Why:
    What is promoted in a circle has no place where it is proven first, and an alert that goes from deputy to deputy in
    a circle reaches nobody.

Example:
    ```yaml
    people:
      praxisleitung: {name: Dr. Jana Weber, deputy: empfang}
      empfang: {name: Ute Probe, deputy: praxisleitung}
    ```

Instead:
    ```yaml
    people:
      praxisleitung: {name: Dr. Jana Weber, deputy: empfang}
      empfang: {name: Ute Probe}
    ```
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from kiwerk.check.rule import Rule
from kiwerk.finding import Finding, Related
from kiwerk.graph import Graph, Node, build_graph, find_cycles

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime

    from kiwerk.load.project import Loaded, Project
    from kiwerk.spec import Organization

RULE = Rule("cyclic-reference")


def check_cyclic_references(project: Project, _now: datetime) -> Iterator[Finding]:
    """Circles of documents, and of deputies within an organization."""
    graph = build_graph(project)
    for cycle in find_cycles({node: graph.targets(node) for node in graph.by_source}):
        yield _document_cycle(graph, cycle)
    for organization in project.organizations.values():
        people = organization.spec.people
        deputies = {name: [person.deputy] for name, person in people.items() if person.deputy in people}
        for names in find_cycles(deputies):
            yield _deputy_cycle(organization, [str(name) for name in names])


def _document_cycle(graph: Graph, cycle: tuple[Node, ...]) -> Finding:
    steps = list(zip(cycle, (*cycle[1:], cycle[0]), strict=True))
    edges = [next(edge for edge in graph.by_source[node] if edge.target == following) for node, following in steps]
    if len(cycle) == 1:
        message = f"The {cycle[0].kind} '{cycle[0].id}' refers to itself"
    else:
        message = f"The references {' → '.join(node.id for node in (*cycle, cycle[0]))} are a circle"
    return Finding(
        RULE.name,
        message,
        edges[0].link.span,
        help="Take one of them away",
        related=tuple(Related(edge.link.span, f"leads on to '{edge.target.id}'") for edge in edges[1:]),
    )


def _deputy_cycle(organization: Loaded[Organization], names: list[str]) -> Finding:
    spans = [organization.span("people", name, "deputy") for name in names]
    if len(names) == 1:
        message = f"'{names[0]}' is their own deputy"
    else:
        message = f"The deputies {' → '.join([*names, names[0]])} are a circle"
    return Finding(
        RULE.name,
        message,
        spans[0],
        help="Name somebody else, or nobody, for one of them",
        related=tuple(
            Related(span, f"leads on to '{following}'")
            for span, following in list(zip(spans, (*names[1:], names[0]), strict=True))[1:]
        ),
    )
