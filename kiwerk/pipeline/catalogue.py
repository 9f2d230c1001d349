"""What exists in a repository, and what depends on what, in both directions."""

from __future__ import annotations

import difflib
from dataclasses import dataclass
from typing import TYPE_CHECKING

from kiwerk.errors import KiwerkError
from kiwerk.graph import Graph, Node, build_graph
from kiwerk.load.project import load_project
from kiwerk.spec import KINDS, Suite

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from kiwerk.load.project import Loaded, Project
    from kiwerk.spec import Document


@dataclass(frozen=True, slots=True)
class Entry:
    """One document among others."""

    node: Node
    path: str
    title: str | None
    cases: int | None
    """Of a suite."""


@dataclass(frozen=True, slots=True)
class Neighbours:
    """One document with what it refers to and what refers to it."""

    entry: Entry
    loaded: Loaded[Document]
    targets: tuple[Entry, ...]
    sources: tuple[Entry, ...]


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
        return Entry(node, loaded.document.path, getattr(spec, "title", None), cases)

    def find(self, name: str) -> Node:
        """The document that `kind:id`, an id or a local name means.

        Raises:
            KiwerkError: there is none, or several.
        """
        prefix, colon, rest = name.partition(":")
        kinds = {kind.lower(): kind for kind in KINDS}
        if colon and prefix.lower() not in kinds:
            message = f"There is no kind '{prefix}'"
            raise KiwerkError(message, remedy=f"Kinds are {', '.join(kinds)}")
        kind = kinds[prefix.lower()] if colon else None
        wanted = rest if colon else name
        nodes = [entry.node for entry in self.entries(kind)]
        found = [node for node in nodes if node.id == wanted] or [
            node for node in nodes if node.id.rpartition("/")[2] == wanted
        ]
        if len(found) == 1:
            return found[0]
        if found:
            message = f"'{name}' may be {' or '.join(map(str, found))}"
            raise KiwerkError(message, remedy="Write the kind before the id")
        near = difflib.get_close_matches(wanted, [node.id for node in nodes], n=1, cutoff=0.4)
        message = f"There is no document '{name}'"
        raise KiwerkError(message, remedy=f"Did you mean '{near[0]}'?" if near else "See `kiwerk list`")

    def neighbours(self, node: Node) -> Neighbours:
        """A document with what it refers to and what refers to it."""
        return Neighbours(
            self.entry(node),
            self.project.of_kind(KINDS[node.kind])[node.id],
            tuple(map(self.entry, self.graph.targets(node))),
            tuple(map(self.entry, self.graph.sources(node))),
        )

    def select_edges(self, node: Node | None) -> tuple[tuple[Node, Node], ...]:
        """Which document refers to which; around a document, what it reaches and what reaches it."""
        nodes = set(self._reach(node)) if node else {entry.node for entry in self.entries()}
        return tuple(
            (entry.node, target)
            for entry in self.entries()
            if entry.node in nodes
            for target in self.graph.targets(entry.node)
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
