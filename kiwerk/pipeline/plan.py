"""Plan: which conversations a command means, how often and by whose policy, and what they would take."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from kiwerk.pipeline.attempts import MOST_REPLACED
from kiwerk.pipeline.changed import select_changed
from kiwerk.pipeline.judging import count_votes
from kiwerk.pipeline.shard import cut_part
from kiwerk.pipeline.tier import PULL_REQUEST, choose_tier
from kiwerk.pipeline.workspace import Gate, Workspace, find_gate, find_sampling_gate, select_cases
from kiwerk.record import AUTHORED, Estimate, Selection, TierChoice
from kiwerk.run.plan import Planned, plan_conversations

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from pathlib import Path

    from kiwerk.gate import ExpectedCase
    from kiwerk.pipeline.models import Access
    from kiwerk.render.situation import Situation
    from kiwerk.run.shard import Part


@dataclass(frozen=True, slots=True)
class Wish:
    """What was asked for."""

    selector: str | None = None
    environment: str | None = None
    access: Access | None = None
    """To whom speaks for agents beside the references, if anybody does."""
    shard: str | None = None
    durations: Path | None = None
    changed: str | None = None
    """Revision: only cases that what changed since HEAD left it can affect."""
    tier: str | None = None
    """`pull-request`: the model is asked about a sample of the cases; all of them otherwise."""
    until_decided: bool = False
    """Whether sampling ends where the environment's policy refuses whatever comes."""


@dataclass(frozen=True, slots=True)
class Planning:
    """What is to be held."""

    wish: Wish
    conversations: tuple[Planned, ...]
    part: Part | None
    """Which part of a plan they are, where it was cut."""
    gate: Gate | None
    """Whose policy judges; absent where none was named, and for a part: that is for all of them united."""
    sampling: Gate | None
    """Whose policy says how often the model is asked; absent where none is."""
    selection: Selection | None = None
    """What a change can affect, where that was asked for."""
    tier: TierChoice | None = None
    """What is sampled of it, where that is not all."""


def plan_run(workspace: Workspace, wish: Wish) -> Planning:
    """The conversations that were asked for.

    Raises:
        KiwerkError: there is no such environment, case or part.
    """
    gate = find_gate(workspace, wish.environment) if wish.environment else None
    sampling = (gate or find_sampling_gate(workspace)) if wish.access else None
    plan, selection, tier = _choose(workspace, wish, sampling)
    if wish.shard is None:
        return Planning(wish, plan, None, gate, sampling, selection, tier)
    part = cut_part(plan, wish.shard, wish.durations)
    return Planning(wish, part.conversations, part, None, sampling, selection, tier)


def plan_tier(workspace: Workspace, gate: Gate, base: str | None) -> tuple[Selection | None, TierChoice]:
    """What a pull request samples of the tree as it is today, as `plan_run` chooses it.

    Args:
        workspace: the repository.
        gate: whose policy bounds it.
        base: what it is compared with; without it every case may be sampled.

    Raises:
        KiwerkError: the base is not here.
    """
    selection = select_changed(workspace, workspace.cases, base) if base else None
    wanted = _count_wanted(workspace.cases, gate, selection)
    return selection, _choose_tier(workspace, gate, workspace.cases, wanted)


def _choose_tier(
    workspace: Workspace, gate: Gate, cases: Sequence[tuple[ExpectedCase, Situation]], wanted: Mapping[str, int]
) -> TierChoice:
    return choose_tier(workspace, gate, [item for item in cases if wanted.get(item[0].case)])


def plan_evaluation(workspace: Workspace, wish: Wish, gate: Gate | None) -> tuple[Planned, ...]:
    """The conversations of a whole run; samples of a model as many as the gate's policy wants, none without a gate.

    Raises:
        KiwerkError: there is no such case or revision.
    """
    return _choose(workspace, wish, gate)[0]


def _choose(
    workspace: Workspace, wish: Wish, sampling: Gate | None
) -> tuple[tuple[Planned, ...], Selection | None, TierChoice | None]:
    cases = select_cases(workspace, wish.selector)
    selection = select_changed(workspace, cases, wish.changed) if wish.changed else None
    wanted = _count_wanted(cases, sampling, selection)
    tier = None
    if wish.tier == PULL_REQUEST and sampling is not None:
        tier = _choose_tier(workspace, sampling, cases, wanted)
        wanted = _leave_out(wanted, tier, {situation.id: situation for _, situation in cases})
    return _plan(workspace, cases, wanted, wish.access), selection, tier


def _plan(
    workspace: Workspace,
    cases: Sequence[tuple[ExpectedCase, Situation]],
    wanted: Mapping[str, int],
    access: Access | None,
) -> tuple[Planned, ...]:
    if access:
        # who cannot be asked is told before anything is spent
        for agent in dict.fromkeys(case.agent for case, _ in cases if wanted.get(case.case)):
            access.source_of(workspace.agents[agent].bundle)
    situations = (situation for _, situation in cases if situation.id in wanted)
    return plan_conversations(situations, workspace.agents, lambda situation: wanted[situation.id], access)


def _count_wanted(
    cases: Iterable[tuple[ExpectedCase, Situation]], gate: Gate | None, selection: Selection | None
) -> dict[str, int]:
    """Number of samples of a model by case; what a change cannot affect is left out."""
    wanted = {situation.id: gate.repeats(case) if gate else 0 for case, situation in cases}
    if selection is None:
        return wanted
    return {item.case: wanted[item.case] if item.needs_model else 0 for item in selection.selected}


def _leave_out(wanted: Mapping[str, int], tier: TierChoice, situations: Mapping[str, Situation]) -> dict[str, int]:
    """The same without samples of what a tier leaves out; a case without a reference is left out as a whole."""
    left_out = {item.case for item in tier.left_out}
    return {
        case: 0 if case in left_out else number
        for case, number in wanted.items()
        if case not in left_out or situations[case].case.reference
    }


def count_least_calls(situation: Situation) -> int:
    """Requests for the agent at least: a simulated user may be content with the first answer."""
    turns = 1 if situation.case.simulate else len(situation.user_turns)
    return turns + sum(len(turn.call) for turn in situation.case.reference)


def count_user_calls(asked: Iterable[Planned]) -> tuple[int, int]:
    """Conversations with a simulated user, and requests at most to the model that plays it, all attempts included."""
    turns = [item.situation.most_turns for item in asked if item.situation.case.simulate]
    return len(turns), sum(turns) * (1 + MOST_REPLACED)


def estimate(plan: Sequence[Planned]) -> Estimate:
    """Conversations and model calls of a plan."""
    held = [item for item in plan if not item.skipped]
    origins = [item.conversation.origin for item in held]
    simulated, user_calls = count_user_calls(held)
    return Estimate(
        references=origins.count("reference"),
        counterexamples=origins.count("counterexample"),
        model=sum(origin not in (*AUTHORED, "recorded") for origin in origins),
        calls=sum(count_least_calls(item.situation) for item in held if item.script is None),
        skipped=len(plan) - len(held),
        simulated=simulated,
        user_calls=user_calls,
        votes=sum(count_votes(item.situation) for item in held) if "model" in origins else 0,
    )
