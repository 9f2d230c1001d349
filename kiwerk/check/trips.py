"""What a counterexample can trip: the expectations of its case, and the rules that are judged in it."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from kiwerk.check.uses import find_processes
from kiwerk.load.resolve import Unresolved, resolve_document
from kiwerk.spec import Process

if TYPE_CHECKING:
    from collections.abc import Iterator

    from kiwerk.finding import Span
    from kiwerk.load.project import Loaded, Project
    from kiwerk.spec import Agent, Suite
    from kiwerk.spec.expectation import Expectation
    from kiwerk.spec.walk import Route


class Judged(NamedTuple):
    """One expectation or rule."""

    name: str
    source: Loaded[Suite] | Loaded[Process]
    route: Route

    @property
    def span(self) -> Span:
        """Where it stands."""
        return self.source.document.span(self.route)


def find_expectations(suite: Loaded[Suite], number: int) -> Iterator[tuple[Route, Expectation]]:
    """Every expectation of a case with its place, first those at user turns."""
    case = suite.spec.cases[number]
    for turn, entry in enumerate(case.conversation):
        for place, expectation in enumerate(entry.expect):
            yield ("cases", number, "conversation", turn, "expect", place), expectation
    for place, expectation in enumerate(case.expect):
        yield ("cases", number, "expect", place), expectation


def find_judged_processes(
    project: Project, suite: Loaded[Suite], agent: Loaded[Agent], number: int
) -> tuple[Loaded[Process], ...] | None:
    """The processes whose rules are judged in a case, or None where one of them leads nowhere."""
    name = suite.spec.cases[number].process
    if name is not None:
        process = resolve_document(project, Process, name, suite.company)
        return None if isinstance(process, Unresolved) else (process,)
    processes = tuple(process for _, process in find_processes(project, agent))
    return processes if len(processes) == len(agent.spec.processes) else None


def find_judged(suite: Loaded[Suite], number: int, processes: tuple[Loaded[Process], ...]) -> Iterator[Judged]:
    """Everything that is judged in a case, by the name that `trips` calls it."""
    for route, expectation in find_expectations(suite, number):
        yield Judged(expectation.name, suite, route)
    named = suite.spec.cases[number].process is not None
    for process in processes:
        for place, rule in enumerate(process.spec.rules):
            # whoever talks about two matters begins with one of them
            if named or rule.init is None:
                yield Judged(rule.id, process, ("rules", place))
