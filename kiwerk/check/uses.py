"""Which operations an agent's processes and suites speak of, and which toolsets it has been granted."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

from kiwerk.graph import find_links_of
from kiwerk.load.resolve import Unresolved, resolve_document
from kiwerk.spec import Agent, Process

if TYPE_CHECKING:
    from collections.abc import Iterator

    from kiwerk.finding import Span
    from kiwerk.load.project import Loaded, Project
    from kiwerk.spec import Document as Spec
    from kiwerk.spec import Suite
    from kiwerk.spec.process import Slot
    from kiwerk.spec.walk import Reference


@dataclass(frozen=True, slots=True)
class Use:
    """One place that speaks of an operation."""

    source: Loaded[Spec]
    reference: Reference

    @property
    def label(self) -> str:
        """The operation or event as written."""
        return self.reference.name

    @property
    def toolset(self) -> str:
        """Local name of the toolset."""
        return self.label.partition(".")[0]

    @property
    def operation(self) -> str:
        """Label of the operation."""
        return self.label.partition(":")[0]

    @property
    def span(self) -> Span:
        """Where it stands."""
        return self.source.document.span(self.reference.route, key=self.reference.is_key)


class PersonalSlot(NamedTuple):
    """One kind of personal data that an agent's process finds out."""

    number: int
    """Position of the process in the agent's list."""
    process: Loaded[Process]
    name: str
    slot: Slot


def granted_toolsets(agent: Loaded[Agent]) -> frozenset[str]:
    """Local names of the toolsets an agent has, those included that lead nowhere."""
    return frozenset(name.rpartition("/")[2] for name in agent.spec.tools)


def find_uses(project: Project, source: Loaded[Spec]) -> Iterator[Use]:
    """Every use of an operation in a document, whether the operation exists or not."""
    for link in find_links_of(project, source):
        if link.reference.target in ("Operation", "Event"):
            yield Use(source, link.reference)


def find_processes(project: Project, agent: Loaded[Agent]) -> Iterator[tuple[int, Loaded[Process]]]:
    """The agent's processes with their positions in its list, as far as they lead somewhere."""
    for number, name in enumerate(agent.spec.processes):
        found = resolve_document(project, Process, name, agent.company)
        if not isinstance(found, Unresolved):
            yield number, found


def find_suite_agent(project: Project, suite: Loaded[Suite]) -> Loaded[Agent] | None:
    """The agent that a suite tests, where it exists."""
    found = resolve_document(project, Agent, suite.spec.agent, suite.company)
    return None if isinstance(found, Unresolved) else found


def find_personal_slots(project: Project, agent: Loaded[Agent]) -> Iterator[PersonalSlot]:
    """The slots with personal data in the agent's processes."""
    for number, process in find_processes(project, agent):
        for name, slot in process.spec.slots.items():
            if slot.pii is not None:
                yield PersonalSlot(number, process, name, slot)
