"""A case with everything it refers to: the world it happens in, what the user says, what it is judged by.

`stimulus` is the digest of what the agent meets, `oracle` of what it is judged by: an edited expectation needs no new
conversation, a comment or an owner changes neither.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

from kiwerk.errors import KiwerkError
from kiwerk.load.code import find_checks, find_code
from kiwerk.load.resolve import Unresolved, resolve_document
from kiwerk.prices import find_prices
from kiwerk.render.digests import digest_oracle, digest_stimulus
from kiwerk.render.given import fill_hole, merge_state
from kiwerk.render.simulator import render_role
from kiwerk.spec import Agent, Facts, Judge, Process, Suite, Toolset

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from kiwerk.load.project import Loaded, Project, S
    from kiwerk.load.source import Source
    from kiwerk.prices import PriceTable
    from kiwerk.spec.agent import ModelSettings
    from kiwerk.spec.expectation import Expectation
    from kiwerk.spec.suite import Case
    from kiwerk.spec.toolset import Fault
    from kiwerk.spec.walk import Route


@dataclass(frozen=True, slots=True)
class Situation:
    """One case, ready to be held and judged."""

    suite: Loaded[Suite]
    agent: Loaded[Agent]
    index: int
    """Position in the suite, for places only."""
    now: str | None
    """Local time of the organization, `YYYY-MM-DDThh:mm`."""
    holes: Mapping[str, str]
    toolsets: Mapping[str, Toolset]
    """The agent's, by local name."""
    facts: Mapping[str, Mapping[str, Any]]
    """Values of the agent's facts, by local name of the document."""
    state: Mapping[str, Any]
    """Of the mocks, by local name of the toolset."""
    faults: Mapping[str, Fault | Sequence[Fault | None]]
    """How calls break down, by label of the operation."""
    code: Mapping[str, Source]
    checks: Mapping[str, Source]
    """Python that expectations name, by file."""
    """The Python of the mocks that have some, by local name of the toolset."""
    processes: Mapping[str, Loaded[Process]]
    """Those that are judged, by id: the one the case names, or all of the agent's."""
    judges: Mapping[str, Loaded[Judge]]
    """Those that are asked, by the name the case gives them."""
    stimulus: str
    oracle: str
    role: str | None = None
    """What the model is told that plays the user; absent where the case has the user's words."""
    prices: PriceTable | None = None
    """What tokens cost; only where an expectation asks."""
    until: int | None = None
    """User turn from 1 after which nobody says anything more; only a counterexample ends early."""

    @property
    def case(self) -> Case:
        """The case as written."""
        return self.suite.spec.cases[self.index]

    @property
    def id(self) -> str:
        """`suite#case`."""
        return f"{self.suite.id}#{self.case.id}"

    @property
    def names(self) -> tuple[str, ...]:
        """What it is called, and what it was called before it or its suite was renamed."""
        suites = filter(None, (self.suite.id, self.suite.spec.formerly))
        return tuple(f"{suite}#{case}" for suite in suites for case in filter(None, (self.case.id, self.case.formerly)))

    @property
    def user_turns(self) -> tuple[str, ...]:
        """What the user says."""
        return tuple(turn.user for turn in self.case.conversation[: self.until])

    @property
    def most_turns(self) -> int:
        """User turns at most: those that are written, or as many as a simulated user takes."""
        simulation = self.case.simulate
        if simulation is None:
            return len(self.user_turns)
        patience = self.suite.spec.personas[simulation.persona].patience
        return min(simulation.max_turns, patience, self.agent.spec.limits.turns)

    @property
    def expectations(self) -> tuple[tuple[int | None, Expectation], ...]:
        """What is judged: each with the user turn it stands at (from 0), or None for the whole conversation."""
        end = len(self.user_turns)
        return tuple((turn, entry) for turn, entry in self.case.expectations if turn is None or turn < end)

    @property
    def case_process(self) -> str | None:
        """Id of the process the case names: only then its `init` rules apply."""
        return next(iter(self.processes)) if self.case.process is not None else None

    def place(self, route: Route, process: str | None = None) -> str:
        """`path:line` of a route within the case, or within one of its processes."""
        if process is not None:
            span = self.processes[process].span(*route)
        else:
            span = self.suite.span("cases", self.index, *route)
        return f"{span.path}:{span.line}"

    @property
    def simulator(self) -> ModelSettings:
        """The model that plays the suite's users."""
        return self.suite.spec.simulator.model if self.suite.spec.simulator else self.agent.spec.model


def find_situations(project: Project, suites: Iterable[Loaded[Suite]] | None = None) -> Iterator[Situation]:
    """Every case of every suite, or of some.

    Raises:
        KiwerkError: a reference leads nowhere or a hole has no value, which `kiwerk check` tells in full.
    """
    for suite in project.suites.values() if suites is None else suites:
        agent = _need(project, suite, Agent, suite.spec.agent)
        zone = _zone(project, agent)
        toolsets = {
            loaded.name: loaded for loaded in (_need(project, agent, Toolset, name) for name in agent.spec.tools)
        }
        for index in range(len(suite.spec.cases)):
            yield _situation(project, suite, agent, index, toolsets, zone)


def _situation(
    project: Project,
    suite: Loaded[Suite],
    agent: Loaded[Agent],
    index: int,
    loaded: Mapping[str, Loaded[Toolset]],
    zone: ZoneInfo,
) -> Situation:
    case = suite.spec.cases[index]
    moment = case.given.now or suite.spec.given.now
    if moment is not None:
        moment = moment.replace(tzinfo=zone) if moment.tzinfo is None else moment.astimezone(zone)
    now = moment.strftime("%Y-%m-%dT%H:%M") if moment else None
    given = {**suite.spec.given.runtime, **case.given.runtime}
    holes = {name: fill_hole(agent, suite, name, given, moment) for name in agent.spec.runtime}
    facts = {found.name: found.spec.values for found in (_need(project, agent, Facts, ref) for ref in agent.spec.facts)}
    toolsets = {name: toolset.spec for name, toolset in loaded.items()}
    initial = {name: toolset.mock.state if toolset.mock else {} for name, toolset in toolsets.items()}
    state = merge_state(merge_state(initial, suite.spec.given.state), case.given.state)
    faults = {**suite.spec.given.faults, **case.given.faults}
    judged = (
        [_need(project, suite, Process, case.process)]
        if case.process is not None
        else [_need(project, agent, Process, name) for name in agent.spec.processes]
    )
    prices = find_prices(project) if any(entry.kind == "cost" for _, entry in case.expectations) else None
    priced = prices.describe(agent.spec.model.name) if prices else None
    named = dict.fromkeys(entry.judge for _, entry in case.expectations if entry.judge is not None)
    judges = {name: _need(project, suite, Judge, name) for name in named}
    persona = suite.spec.personas.get(case.simulate.persona) if case.simulate else None
    role = render_role(persona, case.simulate, agent.spec, now) if persona and case.simulate else None
    checks = find_checks(project, suite.document.path, case)
    situation = Situation(
        suite=suite,
        agent=agent,
        index=index,
        now=now,
        holes=holes,
        toolsets=toolsets,
        facts=facts,
        state=state,
        faults=faults,
        code=find_code(project, loaded),
        checks=checks,
        processes={loaded.id: loaded for loaded in judged},
        judges=judges,
        stimulus="",
        oracle=digest_oracle(case, judged, toolsets, facts, priced, judges, checks),
        prices=prices,
        role=role,
    )
    return replace(situation, stimulus=digest_stimulus(situation))


def _zone(project: Project, agent: Loaded[Agent]) -> ZoneInfo:
    organization = project.organization(agent.company)
    if organization is None:
        message = f"The company {agent.company} has no Organization"
        raise KiwerkError(message, path=agent.document.path, remedy="Run `kiwerk check`")
    return ZoneInfo(organization.spec.timezone)


def _need(project: Project, loaded: Loaded[Any], model: type[S], name: str) -> Loaded[S]:
    found = resolve_document(project, model, name, loaded.company)
    if isinstance(found, Unresolved):
        raise KiwerkError(found.message, path=loaded.document.path, remedy="Run `kiwerk check`")
    return found
