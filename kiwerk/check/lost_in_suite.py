"""Names that a case takes from its agent: toolsets, holes, processes, ends, rules, arguments, personas, what trips."""

from __future__ import annotations

from typing import TYPE_CHECKING

from kiwerk.check.lost import Lost, find_lost, find_lost_arguments
from kiwerk.check.trips import find_expectations, find_judged, find_judged_processes
from kiwerk.check.uses import find_processes, find_suite_agent, granted_toolsets
from kiwerk.load.resolve import ResolvedOperation, Unresolved, resolve_document, resolve_operation
from kiwerk.spec import Process
from kiwerk.spec.process import ABANDONED

if TYPE_CHECKING:
    from collections.abc import Iterator

    from kiwerk.load.project import Loaded, Project
    from kiwerk.spec import Agent, Suite
    from kiwerk.spec.expectation import ProcessExpectation
    from kiwerk.spec.suite import Given
    from kiwerk.spec.walk import Route

HOLDER = "This agent has"


def find_lost_in_suite(project: Project, suite: Loaded[Suite]) -> Iterator[Lost]:
    """Names that lead nowhere in the suite, its agent or the agent's processes."""
    for number, case in enumerate(suite.spec.cases):
        if case.simulate is not None:
            place: Route = ("cases", number, "simulate", "persona")
            yield from find_lost(place, case.simulate.persona, suite.spec.personas, "persona")
        yield from _lost_arguments(project, suite, number)
    agent = find_suite_agent(project, suite)
    if agent is None:
        return
    yield from _lost_given(agent, suite.spec.given, ("given",))
    for number, case in enumerate(suite.spec.cases):
        yield from _lost_given(agent, case.given, ("cases", number, "given"))
        yield from _lost_process(project, suite, agent, number)
        toolsets = granted_toolsets(agent)
        for route, entry in find_expectations(suite, number):
            for name in entry.state or ():
                yield from find_lost((*route, "state", name), name, toolsets, "toolset", holder=HOLDER, is_key=True)
        processes = find_judged_processes(project, suite, agent, number)
        if processes is not None:
            yield from _lost_judgements(suite, number, processes)


def _lost_given(agent: Loaded[Agent], given: Given, route: Route) -> Iterator[Lost]:
    toolsets = granted_toolsets(agent)
    for name in given.state:
        yield from find_lost((*route, "state", name), name, toolsets, "toolset", holder=HOLDER, is_key=True)
    for name in given.runtime:
        yield from find_lost((*route, "runtime", name), name, agent.spec.runtime, "hole", holder=HOLDER, is_key=True)


def _lost_process(project: Project, suite: Loaded[Suite], agent: Loaded[Agent], number: int) -> Iterator[Lost]:
    """The process of a case, where it exists and the agent does not follow it."""
    name = suite.spec.cases[number].process
    found = resolve_document(project, Process, name, suite.company) if name else None
    if found is None or isinstance(found, Unresolved):
        return
    followed = [process.id for _, process in find_processes(project, agent)]
    if found.id not in followed and len(followed) == len(agent.spec.processes):
        why = Unresolved(
            "missing", f"The agent '{agent.id}' does not follow '{found.id}'", "Add it to the agent's processes"
        )
        yield Lost(("cases", number, "process"), why)


def _lost_arguments(project: Project, suite: Loaded[Suite], number: int) -> Iterator[Lost]:
    """Arguments in expected calls and in the reference; a counterexample may be wrong on purpose."""
    calls = [
        ((*route, "called", "with"), entry.called.tool, entry.called.arguments)
        for route, entry in find_expectations(suite, number)
        if entry.called is not None
    ]
    calls += [
        ((*route, "writes", place, label), label, arguments)
        for route, entry in find_expectations(suite, number)
        for place, call in enumerate(entry.writes or ())
        for label, arguments in call.items()
    ]
    calls += [
        (("cases", number, "reference", turn, "call", place, label), label, arguments)
        for turn, entry in enumerate(suite.spec.cases[number].reference)
        for place, call in enumerate(entry.call)
        for label, arguments in call.items()
    ]
    for route, label, arguments in calls:
        if arguments:
            operation = resolve_operation(project, label, suite.company)
            if isinstance(operation, ResolvedOperation):
                yield from find_lost_arguments(route, arguments, operation)


def _lost_judgements(suite: Loaded[Suite], number: int, processes: tuple[Loaded[Process], ...]) -> Iterator[Lost]:
    """Ends and rules that none of the judged processes has, and what `trips` names."""
    case = suite.spec.cases[number]
    for route, entry in find_expectations(suite, number):
        if entry.process is not None:
            yield from _lost_ends_and_rules(entry.process, (*route, "process"), processes)
    judged: list[str] | None = None
    for place, counterexample in enumerate(case.counterexamples):
        for position, name in enumerate(counterexample.trips):
            if judged is None:
                judged = [entry.name for entry in find_judged(suite, number, processes)]
            route = ("cases", number, "counterexamples", place, "trips", position)
            yield from find_lost(route, name, judged, "expectation or rule", holder="This case has")


def _lost_ends_and_rules(
    expected: ProcessExpectation, route: Route, processes: tuple[Loaded[Process], ...]
) -> Iterator[Lost]:
    holder = f"'{processes[0].id}' has" if len(processes) == 1 else "The agent's processes have"
    if expected.end is not None:
        ends = [ABANDONED, *(end for process in processes for end in process.spec.ends)]
        yield from find_lost((*route, "end"), expected.end, ends, "end", holder=holder)
    rules = [rule.id for process in processes for rule in process.spec.rules]
    for place, name in enumerate(expected.rules):
        yield from find_lost((*route, "rules", place), name, rules, "rule", holder=holder)
