"""Baseline: how today's cases went with what is deployed, beside how they go with what would be.

Samples of what is deployed are found in the store by its digest and today's situation, so nothing of its revision has
to be here. Figures are made for what is deployed anywhere, so that one evidence serves every environment.
"""

from __future__ import annotations

from dataclasses import replace
from functools import cached_property, partial
from typing import TYPE_CHECKING

from kiwerk.deploy.baseline import find_deployed_agent, find_situations_shown
from kiwerk.deploy.plan import Destination, read_current
from kiwerk.errors import KiwerkError
from kiwerk.gate import Deployed
from kiwerk.pipeline.electorate import UNKNOWN, find_electorates, find_voter
from kiwerk.pipeline.fresh import OLDEST_COMPARED, Fresh, count_samples, judge_sample
from kiwerk.pipeline.judging import Votes
from kiwerk.pipeline.workspace import Gate, Workspace, find_gate
from kiwerk.record import BaselineCase, BaselineFigures
from kiwerk.store import Store

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from kiwerk.deploy.release import Installed
    from kiwerk.deploy.targets import Target
    from kiwerk.diff.alignment import Judged
    from kiwerk.gate import ExpectedCase
    from kiwerk.render.situation import Situation

_ELSEWHERE = "which is new, or meets another situation than what is deployed was shown in"


class Baselines:
    """What the environments have now; each target is read once, and only where a policy asks."""

    def __init__(self, workspace: Workspace) -> None:
        self._workspace = workspace
        self._read: dict[tuple[str, str], tuple[Target | None, Installed | None] | KiwerkError] = {}

    def find_deployed(self, gate: Gate, agent: str) -> Deployed | None:
        """What an environment has of an agent; None where its policy does not want to know."""
        if not _asks(gate):
            return None
        current = self._current(gate, agent)
        if isinstance(current, KiwerkError):
            return Deployed(gate.name, None, f"it cannot be read ({current.message})")
        try:
            return find_deployed_agent(gate.name, *current, agent, self._formerly(agent))
        except KiwerkError as error:
            return Deployed(gate.name, None, f"its history cannot be read ({error.message})")

    def compare(self, gates: Iterable[Gate], agent: str, cases: Sequence[ExpectedCase]) -> tuple[BaselineFigures, ...]:
        """The agent's cases beside what each of the environments has of it; nothing where that is the same."""
        bases: dict[str, set[str] | None] = {}
        for gate in gates:
            deployed = self.find_deployed(gate, agent)
            if deployed is None or deployed.ships is None or deployed.trouble:
                continue
            if deployed.ships == self._workspace.agents[agent].ships:
                continue
            current = self._current(gate, agent)
            installed = None if isinstance(current, KiwerkError) else current[1]
            shown = find_situations_shown(installed, agent, self._formerly(agent), gate.environment.signers)
            known = bases.setdefault(deployed.ships, set())
            bases[deployed.ships] = None if shown is None or known is None else known | shown
        return tuple(self._compare_with(ships, shown, agent, cases) for ships, shown in sorted(bases.items()))

    def _compare_with(
        self, base: str, shown: set[str] | None, agent: str, cases: Sequence[ExpectedCase]
    ) -> BaselineFigures:
        head, since = self._workspace.agents[agent].ships, self._workspace.now - OLDEST_COMPARED
        providers: set[str] = set()
        compared = []
        with Store(self._workspace.project.root, reading=True) as store:
            # samples have an age of their own here, and votes are about as old as what they are about
            electorates = {
                name: replace(item, since=None) for name, item in find_electorates(self._workspace, cases=cases).items()
            }
            votes = Votes(store, (self._situations[case.case] for case in cases), electorates)
            fresh = Fresh(store, since)
            for case in cases:
                situation = self._situations[case.case]
                judge = partial(judge_sample, votes, situation)
                sides = [
                    [
                        judge(name, sample)
                        for name, sample in store.find_samples(ships, case.stimulus, since)
                        if name not in fresh.names
                    ]
                    for ships in (base, head)
                ]
                confirmed = fresh.find(base, head, case.stimulus, judge)
                is_elsewhere = not sides[0] and not confirmed and shown is not None and case.stimulus not in shown
                compared.append(_describe(case, sides, confirmed, _ELSEWHERE if is_elsewhere else None))
                providers.update(_find_providers(votes, situation, (*sides, *(confirmed or ()))))
        return BaselineFigures(ships=base, cases=tuple(compared), providers=tuple(sorted(providers)))

    @cached_property
    def _situations(self) -> Mapping[str, Situation]:
        return {case.case: situation for case, situation in self._workspace.cases}

    def _current(self, gate: Gate, agent: str) -> tuple[Target | None, Installed | None] | KiwerkError:
        company = self._workspace.agents[agent].agent.company
        key = gate.name, company
        if key not in self._read:
            root = self._workspace.project.root
            try:
                self._read[key] = read_current(
                    Destination(company=company, id=gate.name, environment=gate.environment, root=root)
                )
            except KiwerkError as error:
                self._read[key] = error
        return self._read[key]

    def _formerly(self, agent: str) -> str | None:
        return self._workspace.agents[agent].agent.spec.formerly


def find_asking_gates(workspace: Workspace) -> tuple[Gate, ...]:
    """The environments whose policy asks about regressions."""
    gates = (find_gate(workspace, name) for name in workspace.project.environments)
    return tuple(gate for gate in gates if _asks(gate))


def _asks(gate: Gate) -> bool:
    return any(rule.require.regressions for rule in gate.policy.rules)


def _describe(
    case: ExpectedCase,
    sides: Sequence[Sequence[Judged]],
    confirmed: tuple[Sequence[Judged], Sequence[Judged]] | None,
    reason: str | None,
) -> BaselineCase:
    base, head = map(count_samples, sides)
    fresh = tuple(map(count_samples, confirmed)) if confirmed else (None, None)
    return BaselineCase(
        case=case.case,
        stimulus=case.stimulus,
        oracle=case.oracle,
        base=base,
        head=head,
        confirmed_base=fresh[0],
        confirmed_head=fresh[1],
        reason=reason,
    )


def _find_providers(votes: Votes, situation: Situation, samples: Iterable[Sequence[Judged]]) -> Iterator[str]:
    """Whoever answered in samples: for the agent, as its user, as a judge."""
    for item in (item for side in samples for item in side):
        yield item.transcript.source.provider or UNKNOWN
        if item.transcript.simulation:
            yield item.transcript.simulation.provider or UNKNOWN
        if situation.judges:
            yield from map(find_voter, votes.find_voters(situation, item.transcript))
