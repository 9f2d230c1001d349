"""The figures of a run, counted from its results each time they are asked for: totals are never stored."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence

from pydantic import Field

from kiwerk.record.base import Record, Status
from kiwerk.record.run import NOT_HELD, Result, Run
from kiwerk.record.transcript import AUTHORED, Origin


class Tally(Record):
    """How many passed of how many."""

    passed: int = 0
    total: int = 0

    def __str__(self) -> str:
        return f"{self.passed}/{self.total}"

    @property
    def is_full(self) -> bool:
        """Whether there were any and all passed."""
        return self.passed == self.total > 0


class AgentSummary(Record):
    """One agent's figures, or those of all."""

    agent: str
    cases: int
    references: Tally
    counterexamples: Tally
    """Passed are those that tripped exactly what they name."""
    model: Tally
    """Samples of a model."""
    others: dict[Origin, Tally] = Field(default_factory=dict)
    """Conversations that are no evidence, by who spoke: `recorded`, `endpoint`, `python`; only where there are any."""
    reused: int
    """Samples of earlier runs among them."""
    skipped: int
    errored: int
    warned: int
    """References and samples in which something failed that is only reported."""
    unseen: int = 0
    """Conversations of which something expected could not be judged, since nobody told it."""
    unasked: int = 0
    """Conversations written by people that no judge was asked about, though some expectation wants one."""
    simulated: int = 0
    """Conversations of this run whose user a model played, those that were held again included."""
    user_errors: int = 0
    """Conversations among them in which the simulated user erred: they say nothing about the agent."""
    replaced: int = 0
    """Conversations among those that were held again, so that others stand in their place."""
    stopped: int = 0
    """Samples of a model that were not taken once the verdict was certain; where there are any, no rate is fair."""


class Summary(Record):
    """A run in figures."""

    agents: tuple[AgentSummary, ...]
    total: AgentSummary


def summarize_run(run: Run) -> Summary:
    """The figures of a run, agent by agent and in all."""
    by_agent: dict[str, list[Result]] = defaultdict(list)
    for result in run.results:
        by_agent[result.conversation.agent].append(result)
    agents = tuple(_summarize(agent, results) for agent, results in by_agent.items())
    return Summary(agents=agents, total=_summarize("all", run.results))


def _summarize(agent: str, results: Sequence[Result]) -> AgentSummary:
    def tally(origin: str) -> Tally:
        statuses = [
            result.status
            for result in results
            if result.conversation.origin == origin and result.status is not Status.SKIPPED
        ]
        return Tally(passed=statuses.count(Status.PASSED), total=len(statuses))

    own = [result for result in results if result.simulation is not None and not result.reused]
    replaced = sum(len(result.replaced) for result in own)
    spoke = dict.fromkeys(result.conversation.origin for result in results)
    others = {origin: tally(origin) for origin in spoke if origin not in (*AUTHORED, "model")}
    return AgentSummary(
        agent=agent,
        cases=len({result.conversation.case for result in results}),
        references=tally("reference"),
        counterexamples=tally("counterexample"),
        model=tally("model"),
        others={origin: counted for origin, counted in others.items() if counted.total},
        reused=sum(result.reused for result in results),
        skipped=sum(result.status is Status.SKIPPED and result.reason != NOT_HELD for result in results),
        errored=sum(result.status is Status.ERRORED for result in results),
        warned=sum(_has_warning(result) for result in results if result.conversation.origin != "counterexample"),
        unseen=sum(_hides_something(result) for result in results),
        unasked=sum(any(score.is_unasked for score in result.scores) for result in results),
        simulated=len(own) + replaced,
        user_errors=sum(bool(result.simulation and result.simulation.errors) for result in own) + replaced,
        replaced=replaced,
        stopped=sum(result.reason == NOT_HELD for result in results),
    )


def _hides_something(result: Result) -> bool:
    return bool(result.source and result.source.unseen) and any(
        score.status is Status.SKIPPED and not score.is_unasked for score in result.scores
    )


def _has_warning(result: Result) -> bool:
    return any(score.severity == "warn" and score.status is Status.FAILED for score in result.scores)
