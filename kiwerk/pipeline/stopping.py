"""Stopping: no more samples of an agent are taken once the gate's refusal is certain; those in flight are finished."""

from __future__ import annotations

from collections import Counter, defaultdict
from dataclasses import replace
from typing import TYPE_CHECKING, Self

from kiwerk.gate import CRITICAL, drop_regressions, is_refusal_certain
from kiwerk.pipeline.judge import findings_about, judge_agent
from kiwerk.pipeline.score import make_sample, pool_samples
from kiwerk.record import Status, Stopped

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Mapping, Sequence

    from kiwerk.gate import ExpectedCase
    from kiwerk.pipeline.models import Access
    from kiwerk.pipeline.workspace import Gate, Workspace
    from kiwerk.record import Score, Transcript
    from kiwerk.run.plan import Planned
    from kiwerk.run.scheduler import Job

_LOOKS = 16
"""How often an agent is looked at in a run, beside its first failures: each look goes through all of its samples."""


class Watch:
    """Knows, of every agent, what the gate would say and how much is still to come."""

    def __init__(
        self, workspace: Workspace, gate: Gate, access: Access, plan: Sequence[Planned], held: Collection[int]
    ) -> None:
        """Begin with what is stored.

        Args:
            workspace: the repository.
            gate: whose policy judges.
            access: who is asked.
            plan: the conversations.
            held: positions of those that were held already.
        """
        # what is deployed is compared with at the end: only an agent's own samples can make a refusal certain
        self._gate = replace(gate, policy=drop_regressions(gate.policy))
        self._workspace, self._access = workspace, access
        self._samples = {agent: list(samples) for agent, samples in pool_samples(workspace, gate).items()}
        self._cases: dict[str, list[ExpectedCase]] = defaultdict(list)
        # references are part of the run, which tells what they come to
        self._findings = {agent: findings_about(workspace, agent) for agent in workspace.agents}
        self._by_id = {case.case: case for case, _ in workspace.cases}
        for case in self._by_id.values():
            self._cases[case.agent].append(case)
        sampled = [(position, item) for position, item in enumerate(plan) if item.script is None and not item.skipped]
        self._planned = Counter(item.conversation.agent for _, item in sampled)
        self._waiting = Counter(item.conversation.case for position, item in sampled if position not in held)
        self._unseen: Counter[str] = Counter()
        self._failures: Counter[str] = Counter()
        self._stopped: set[str] = set()
        for agent in self._planned:
            self._look(agent)

    def note(self, item: Planned, transcript: Transcript, scores: tuple[Score, ...]) -> None:
        """Take in a conversation that has ended."""
        agent = item.conversation.agent
        case = self._by_id[item.conversation.case]
        sample = make_sample(case, transcript, scores)
        self._samples[agent].append(sample)
        self._waiting[case.case] -= 1
        self._unseen[agent] += 1
        self._failures[agent] += sample.status is Status.FAILED
        is_telling = sample.status is Status.FAILED and self._failures[agent] <= _LOOKS
        if is_telling or self._unseen[agent] * _LOOKS >= self._planned[agent]:
            self._look(agent)

    def has_stopped(self, agent: str) -> bool:
        """Whether no more samples of an agent are needed."""
        return agent in self._stopped

    def order(self, plan: Sequence[Planned]) -> list[int]:
        """Positions of a plan, critical cases first: what they come to decides most."""
        return sorted(range(len(plan)), key=lambda place: CRITICAL not in plan[place].situation.case.tags)

    def select(self, jobs: Iterator[Job]) -> Selected:
        """The jobs that are still needed, asked for one after the other."""
        return Selected(jobs, self)

    def describe(self, plan: Sequence[Planned], held: Collection[int]) -> tuple[Stopped, ...]:
        """The agents of which some conversation was not held because of this."""
        left = {plan[position].conversation.agent for position in self.find_left(plan, held)}
        return tuple(
            Stopped(
                agent=agent,
                held=sum(
                    item.script is None and item.conversation.agent == agent and position in held
                    for position, item in enumerate(plan)
                ),
                planned=self._planned[agent],
            )
            for agent in self._planned
            if agent in left
        )

    def find_left(self, plan: Sequence[Planned], held: Collection[int]) -> Iterator[int]:
        """Positions of the conversations that were not held because of this."""
        for position, item in enumerate(plan):
            missing = item.script is None and not item.skipped and position not in held
            if missing and self.has_stopped(item.conversation.agent):
                yield position

    def _look(self, agent: str) -> None:
        self._unseen[agent] = 0
        samples = self._samples[agent]
        if agent in self._stopped or all(sample.status is Status.PASSED for sample in samples):
            return
        rendered = self._workspace.agents[agent]
        if self._access.subject_of(rendered) != rendered.ships:
            return
        if is_refusal_certain(
            lambda known: judge_agent(
                self._workspace, self._gate, agent, tuple(known), self._cases[agent], findings=self._findings[agent]
            ),
            samples,
            self._count_missing(agent),
            source=self._access.source_of(rendered.bundle),
            now=self._workspace.now,
        ):
            self._stopped.add(agent)

    def _count_missing(self, agent: str) -> Mapping[ExpectedCase, int]:
        """Samples that may still come: those that are planned, and those that the policy wants beside them."""
        there = Counter(sample.case for sample in self._samples[agent])
        return {
            case: max(self._waiting[case.case], self._gate.repeats(case) - there[case.case], 0)
            for case in self._cases[agent]
        }


class Selected:
    """Jobs that are still needed when they are asked for; more may come after the last."""

    def __init__(self, jobs: Iterator[Job], watch: Watch) -> None:
        self._jobs = jobs
        self._watch = watch

    def __iter__(self) -> Self:
        return self

    def __next__(self) -> Job:
        while True:
            job = next(self._jobs)
            if job.conversation.origin != "model" or not self._watch.has_stopped(job.conversation.agent):
                return job
