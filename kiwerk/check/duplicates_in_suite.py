"""Names of cases, expectations and counterexamples that stand for two things."""

from __future__ import annotations

from itertools import chain
from typing import TYPE_CHECKING, NamedTuple

from kiwerk.check.trips import find_expectations, find_judged, find_judged_processes
from kiwerk.check.uses import find_suite_agent

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from kiwerk.check.trips import Judged
    from kiwerk.finding import Span
    from kiwerk.load.project import Loaded, Project
    from kiwerk.spec import Agent, Suite
    from kiwerk.spec.walk import Route


class Duplicate(NamedTuple):
    """Two things of one name."""

    span: Span
    """The second one, or where the name is used."""
    message: str
    first: Span
    help: str = "Rename one of them"


def find_doubled(names: Iterable[tuple[Route, str]]) -> Iterator[tuple[Route, str, Route]]:
    """Names that come a second time, with the first place."""
    seen: dict[str, Route] = {}
    for route, name in names:
        first = seen.setdefault(name, route)
        if first != route:
            yield route, name, first


def find_duplicates_in_suites(project: Project) -> Iterator[Duplicate]:
    """Ids of cases within the suites of an agent, ids within a case, and names in `trips` that fit several."""
    cases: dict[tuple[str, str], tuple[Loaded[Suite], Route]] = {}
    for suite in project.suites.values():
        agent = find_suite_agent(project, suite)
        # suites of an agent that does not exist are kept apart
        tested = agent.id if agent else f"\0{suite.id}"
        for number, case in enumerate(suite.spec.cases):
            route = ("cases", number, "id")
            first, place = cases.setdefault((tested, case.id), (suite, route))
            if (first, place) != (suite, route):
                where = "this suite" if first is suite else f"the agent, one of them in '{first.id}'"
                yield Duplicate(suite.span(*route), f"'{case.id}' names two cases of {where}", first.span(*place))
            yield from _within_case(suite, number)
            if agent is not None:
                yield from _ambiguous_trips(project, suite, agent, number)


def _within_case(suite: Loaded[Suite], number: int) -> Iterator[Duplicate]:
    expectations = [
        ((*route, "id"), entry.id) for route, entry in find_expectations(suite, number) if entry.id is not None
    ]
    counterexamples = [
        (("cases", number, "counterexamples", place, "id"), entry.id)
        for place, entry in enumerate(suite.spec.cases[number].counterexamples)
    ]
    for names, what in ((expectations, "expectations"), (counterexamples, "counterexamples")):
        for route, name, first in find_doubled(names):
            yield Duplicate(suite.span(*route), f"'{name}' names two {what}", suite.span(*first))


def _ambiguous_trips(project: Project, suite: Loaded[Suite], agent: Loaded[Agent], number: int) -> Iterator[Duplicate]:
    case = suite.spec.cases[number]
    tripped = set(chain.from_iterable(entry.trips for entry in case.counterexamples))
    processes = find_judged_processes(project, suite, agent, number)
    if not tripped or processes is None:
        return
    by_name: dict[str, list[Judged]] = {}
    for entry in find_judged(suite, number, processes):
        by_name.setdefault(entry.name, []).append(entry)
    for place, counterexample in enumerate(case.counterexamples):
        for position, name in enumerate(counterexample.trips):
            named = by_name.get(name, ())
            if len(named) > 1:
                yield Duplicate(
                    suite.span("cases", number, "counterexamples", place, "trips", position),
                    f"'{name}' fits {len(named)} expectations or rules of this case",
                    named[0].span,
                    "Give each an id of its own",
                )
