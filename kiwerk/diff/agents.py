"""An agent with everything it is made of, on one side of a comparison."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

from kiwerk.load.resolve import Unresolved, resolve_document
from kiwerk.record.comparison import Line
from kiwerk.spec import Process, Toolset

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from kiwerk.load.project import Loaded, Project, S
    from kiwerk.spec import Agent, Organization
    from kiwerk.spec.toolset import Operation


@dataclass(frozen=True)
class Side:
    """One agent in one version; what it refers to in vain is left out, since a check tells of it."""

    project: Project
    agent: Loaded[Agent]

    @cached_property
    def organization(self) -> Organization | None:
        """Its company's, where there is one."""
        found = self.project.organization(self.agent.company)
        return found.spec if found else None

    @cached_property
    def toolsets(self) -> Mapping[str, Loaded[Toolset]]:
        """By local name."""
        return {loaded.name: loaded for loaded in self._resolve(Toolset, self.agent.spec.tools)}

    @cached_property
    def processes(self) -> Mapping[str, Loaded[Process]]:
        """By local name."""
        return {loaded.name: loaded for loaded in self._resolve(Process, self.agent.spec.processes)}

    @cached_property
    def operations(self) -> Mapping[str, tuple[Loaded[Toolset], str, Operation]]:
        """What it may call, by label: the toolset, the name in it, and the operation."""
        return {
            f"{name}.{label}": (loaded, label, operation)
            for name, loaded in self.toolsets.items()
            for label, operation in loaded.spec.operations.items()
        }

    @cached_property
    def opening(self) -> str | None:
        """What it says first, word for word."""
        phrases = self.organization.phrases if self.organization else {}
        return phrases.get(self.agent.spec.opening) if self.agent.spec.opening else None

    def line(self, *route: str | int) -> Line:
        """Where a part of the agent's document stands; its parent where it has no such part."""
        return line_of(self.agent, *route)

    def _resolve(self, model: type[S], names: list[str]) -> Iterator[Loaded[S]]:
        for name in names:
            found = resolve_document(self.project, model, name, self.agent.company)
            if not isinstance(found, Unresolved):
                yield found


def line_of(loaded: Loaded[Agent] | Loaded[Process] | Loaded[Toolset], *route: str | int) -> Line:
    """Where a part of a document stands."""
    span = loaded.span(*route, key=True)
    return Line(path=span.path, line=span.line)


def pair_agents(base: Project, head: Project) -> Iterator[tuple[Side | None, Side | None]]:
    """Every agent on both sides, in order of the ids at head and then of those that are gone."""
    formerly = {loaded.spec.formerly: name for name, loaded in head.agents.items() if loaded.spec.formerly}
    taken = set()
    for name, loaded in head.agents.items():
        before = name if name in base.agents else loaded.spec.formerly
        found = base.agents.get(before) if before else None
        if found is not None:
            taken.add(found.id)
        yield (Side(base, found) if found else None), Side(head, loaded)
    for name, loaded in base.agents.items():
        if name not in taken and name not in formerly:
            yield Side(base, loaded), None
