"""Which document refers to which: every reference of a repository with what it leads to, in both directions."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Hashable
from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple, TypeVar

from kiwerk.load.resolve import (
    ResolvedOperation,
    Unresolved,
    resolve_document,
    resolve_event,
    resolve_name,
    resolve_operation,
)
from kiwerk.spec import KINDS
from kiwerk.spec.walk import Reference, find_references

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from kiwerk.finding import Span
    from kiwerk.load.project import Loaded, Project
    from kiwerk.spec import Document as Spec

N = TypeVar("N", bound=Hashable)


class Node(NamedTuple):
    """One document among documents of all kinds."""

    kind: str
    id: str

    def __str__(self) -> str:
        return f"{self.kind.lower()}:{self.id}"


class Link(NamedTuple):
    """One reference, from the document it stands in to the document it leads to.

    An operation or event leads to its toolset, a person or phrase to the company's organization.
    """

    source: Loaded[Spec]
    reference: Reference
    target: Loaded[Spec] | Unresolved

    @property
    def span(self) -> Span:
        """Where the reference stands."""
        return self.source.document.span(self.reference.route, key=self.reference.is_key)


class Edge(NamedTuple):
    """A document that refers to a document."""

    source: Node
    target: Node
    link: Link
    """The reference that does so."""


@dataclass(frozen=True, slots=True)
class Graph:
    """Which document refers to which. Names of what lives in the document itself are no edges."""

    by_source: Mapping[Node, tuple[Edge, ...]]
    """What a document refers to, in the order written."""
    by_target: Mapping[Node, tuple[Edge, ...]]
    """What refers to a document."""

    def targets(self, node: Node) -> tuple[Node, ...]:
        """The documents that a document refers to, each once."""
        return tuple(dict.fromkeys(edge.target for edge in self.by_source.get(node, ())))

    def sources(self, node: Node) -> tuple[Node, ...]:
        """The documents that refer to a document, each once."""
        return tuple(dict.fromkeys(edge.source for edge in self.by_target.get(node, ())))


def node_of(loaded: Loaded[Spec]) -> Node:
    """A document's place in the graph."""
    return Node(type(loaded.spec).__name__, loaded.id)


def find_links(project: Project) -> Iterator[Link]:
    """Every marked reference of every document, those that lead nowhere included."""
    for links in project.once(_links_by_document).values():
        yield from links


def find_links_of(project: Project, source: Loaded[Spec]) -> tuple[Link, ...]:
    """Every marked reference of one document of the project."""
    return project.once(_links_by_document).get(source.document.path, ())


def resolve_reference(project: Project, source: Loaded[Spec], reference: Reference) -> Loaded[Spec] | Unresolved:
    """The document that a reference leads to."""
    name, company = reference.name, source.company
    if reference.target in KINDS:
        return resolve_document(project, KINDS[reference.target], name, company)
    if reference.target == "Operation":
        return _toolset(resolve_operation(project, name, company))
    if reference.target == "Event":
        return _toolset(resolve_event(project, name, company))
    organization = project.organization(company)
    if organization is None:
        return Unresolved("broken", f"The company {company} has no Organization that could be read")
    known = organization.spec.people if reference.target == "Person" else organization.spec.phrases
    return resolve_name(known, name, reference.target.lower()) or organization


def build_graph(project: Project) -> Graph:
    """The graph of a repository."""
    return project.once(_build_graph)


def _links_by_document(project: Project) -> dict[str, tuple[Link, ...]]:
    return {
        source.document.path: tuple(
            Link(source, reference, resolve_reference(project, source, reference))
            for reference in find_references(source.spec)
        )
        for source in project.all()
    }


def _build_graph(project: Project) -> Graph:
    by_source: defaultdict[Node, list[Edge]] = defaultdict(list)
    by_target: defaultdict[Node, list[Edge]] = defaultdict(list)
    for link in find_links(project):
        if isinstance(link.target, Unresolved):
            continue
        if link.reference.target not in KINDS and link.target.document is link.source.document:
            continue
        edge = Edge(node_of(link.source), node_of(link.target), link)
        by_source[edge.source].append(edge)
        by_target[edge.target].append(edge)
    return Graph(
        {node: tuple(edges) for node, edges in by_source.items()},
        {node: tuple(edges) for node, edges in by_target.items()},
    )


def find_cycles(targets: Mapping[N, Sequence[N]]) -> Iterator[tuple[N, ...]]:
    """Every group of nodes that lead back to themselves, one way round each, each group once.

    A way round starts at the group's node that comes first in the mapping; of several ways the shortest is told.
    """
    components = _components(targets)
    told = set()
    for node in targets:
        if components[node] in told:
            continue
        way = _way_round(node, targets, components)
        if way:
            told.add(components[node])
            yield way


def _toolset(resolved: ResolvedOperation | Unresolved) -> Loaded[Spec] | Unresolved:
    return resolved if isinstance(resolved, Unresolved) else resolved.toolset


def _way_round(start: N, targets: Mapping[N, Sequence[N]], components: Mapping[N, int]) -> tuple[N, ...]:
    """The shortest way from a node back to it, without its end; empty where there is none."""
    ways: dict[N, tuple[N, ...]] = {start: (start,)}
    queue = [start]
    for node in queue:
        for target in targets.get(node, ()):
            if target == start:
                return ways[node]
            if target not in ways and components.get(target) == components[start]:
                ways[target] = (*ways[node], target)
                queue.append(target)
    return ()


def _components(targets: Mapping[N, Sequence[N]]) -> dict[N, int]:
    """Number of each node's strongly connected component (Tarjan 1972), without recursion: chains may be long."""
    index: dict[N, int] = {}
    low: dict[N, int] = {}
    component: dict[N, int] = {}
    stack: list[N] = []
    for root in targets:
        if root in index:
            continue
        work = [(root, iter(targets.get(root, ())))]
        index[root] = low[root] = len(index)
        stack.append(root)
        while work:
            node, rest = work[-1]
            for target in rest:
                if target not in index:
                    index[target] = low[target] = len(index)
                    stack.append(target)
                    work.append((target, iter(targets.get(target, ()))))
                    break
                if target not in component:
                    low[node] = min(low[node], index[target])
            else:
                work.pop()
                if work:
                    low[work[-1][0]] = min(low[work[-1][0]], low[node])
                if low[node] == index[node]:
                    while node not in component:
                        component[stack.pop()] = index[node]
    return component
