"""A chain of references leads back to where it began.

What it does:
    Follows `promote_from` from environment to environment and reports each circle once, and a person who is their own
    deputy. Two people may stand in for each other, and a process may go round in circles: a customer may be asked
    again.

Why:
    What is promoted in a circle has no place where it is proven first. Somebody who is away cannot stand in for
    themselves.

Example:
    ```yaml
    people:
      praxisleitung: {name: Dr. Jana Weber, deputy: praxisleitung}
    ```

Instead:
    ```yaml
    people:
      praxisleitung: {name: Dr. Jana Weber, deputy: empfang}
      empfang: {name: Ute Probe, deputy: praxisleitung}
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

    from kiwerk.load.project import Project

RULE = Rule("cyclic-reference", essential=True)


def check_cyclic_references(project: Project, _now: datetime) -> Iterator[Finding]:
    """Circles of documents, and people who are their own deputies."""
    graph = build_graph(project)
    for cycle in find_cycles({node: graph.targets(node) for node in graph.by_source}):
        yield _document_cycle(graph, cycle)
    for organization in project.organizations.values():
        for name, person in organization.spec.people.items():
            if person.deputy == name:
                span = organization.span("people", name, "deputy")
                yield Finding(RULE.name, f"'{name}' is their own deputy", span, help="Name somebody else, or nobody")


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
