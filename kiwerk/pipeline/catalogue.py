"""What exists in a repository, and what depends on what, in both directions."""

from __future__ import annotations

import difflib
from dataclasses import dataclass
from typing import TYPE_CHECKING

from kiwerk.errors import KiwerkError
from kiwerk.graph import Graph, Node, build_graph
from kiwerk.load.kind import find_kind
from kiwerk.load.project import load_project
from kiwerk.record.catalogue import Entry, Neighbours
from kiwerk.spec import KINDS, Suite

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from kiwerk.load.project import Project
    from kiwerk.spec import Document


@dataclass(frozen=True, slots=True)
class Catalogue:
    """Every document of a repository with its references."""

    project: Project
    graph: Graph

    def entries(self, kind: str | None = None) -> tuple[Entry, ...]:
        """The documents, or those of a kind, kind by kind and by id."""
        return tuple(
            self.entry(Node(name, loaded.id))
            for name, model in KINDS.items()
            for loaded in self.project.of_kind(model).values()
            if kind in (None, name)
        )

    def entry(self, node: Node) -> Entry:
        """What a list says about a document."""
        loaded = self.project.of_kind(KINDS[node.kind])[node.id]
        spec = loaded.spec
        cases = len(spec.cases) if isinstance(spec, Suite) else None
        title = getattr(spec, "title", None)
        return Entry(kind=node.kind, id=node.id, path=loaded.document.path, title=title, cases=cases)

    def content(self, node: Node) -> Document:
        """What a document says."""
        return self.project.of_kind(KINDS[node.kind])[node.id].spec

    def find(self, name: str) -> Node:
        """The document that `kind:id`, an id or a local name means.

        Raises:
            KiwerkError: there is none, or several.
        """
        prefix, colon, rest = name.partition(":")
        kind = find_kind(prefix) if colon else None
        wanted = rest if colon else name
        nodes = [Node(entry.kind, entry.id) for entry in self.entries(kind)]
        found = [node for node in nodes if node.id == wanted] or [
            node for node in nodes if node.id.rpartition("/")[2] == wanted
        ]
        if len(found) == 1:
            return found[0]
        if found:
            message = f"'{name}' is several documents"
            raise KiwerkError(message, remedy=f"Write {' or '.join(map(str, found))}")
        near = difflib.get_close_matches(wanted, [node.id for node in nodes], n=1, cutoff=0.4)
        message = f"There is no document '{name}'"
        raise KiwerkError(message, remedy=f"Did you mean '{near[0]}'?" if near else "See `kiwerk list`")

    def neighbours(self, node: Node) -> Neighbours:
        """A document with what it refers to and what refers to it."""
        return Neighbours(
            entry=self.entry(node),
            description=self.content(node).description,
            refers_to=tuple(map(self.entry, self.graph.targets(node))),
            referred_to_by=tuple(map(self.entry, self.graph.sources(node))),
        )

    def select_edges(self, node: Node | None) -> tuple[tuple[Node, Node], ...]:
        """Which document refers to which; around a document, what it reaches and what reaches it."""
        everything = [Node(entry.kind, entry.id) for entry in self.entries()]
        nodes = set(self._reach(node)) if node else set(everything)
        return tuple(
            (source, target)
            for source in everything
            if source in nodes
            for target in self.graph.targets(source)
            if target in nodes
        )

    def _reach(self, start: Node) -> Iterator[Node]:
        yield start
        for follow in (self.graph.targets, self.graph.sources):
            seen, queue = {start}, [start]
            while queue:
                more = [node for node in follow(queue.pop()) if node not in seen]
                seen.update(more)
                queue += more
                yield from more


def load_catalogue(root: Path) -> Catalogue:
    """The documents that could be read; what is wrong with them is `check`'s concern."""
    project = load_project(root)
    return Catalogue(project, build_graph(project))
