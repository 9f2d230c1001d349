"""Confirm: what looks changed is sampled afresh, base and head in turns, so that neither has the better hour.

Only these samples enter the test of a single case: those that made it look changed were picked for that.
"""

from __future__ import annotations

import asyncio
from contextlib import AsyncExitStack
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from kiwerk import __version__
from kiwerk.diff.behaviour import count_missing, find_candidates, find_without_base
from kiwerk.errors import KiwerkError
from kiwerk.load.project import load_project
from kiwerk.pipeline.budget import Budget, Meter, describe_partial, open_meter
from kiwerk.pipeline.electorate import WHOEVER_IS_ASKED
from kiwerk.pipeline.evaluate import LONGEST_BREAK, name_run, open_job, read_revision
from kiwerk.pipeline.judging import Votes, collect_votes
from kiwerk.pipeline.observe import observe
from kiwerk.pipeline.score import score_plan
from kiwerk.record import Conversation, Run
from kiwerk.run.plan import Planned, digest_plan
from kiwerk.run.scheduler import run_jobs
from kiwerk.store import CONFIRMING, Store

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

    from kiwerk.pipeline.models import Access
    from kiwerk.pipeline.observe import Pair
    from kiwerk.pipeline.sides import Sides
    from kiwerk.record import Partial, Transcript


@dataclass(frozen=True, slots=True)
class Confirmation:
    """How differences are confirmed."""

    repeats: int
    """Fresh samples of each case and side."""
    access: Access
    """Who speaks for the agents."""
    budget: Budget


def find_confirm_repeats(root: Path) -> int:
    """Fresh samples a side that are enough for every policy with a rule about regressions.

    Raises:
        KiwerkError: there is none.
    """
    policies = load_project(root).policies.values()
    rules = [rule.require.regressions for policy in policies for rule in policy.spec.rules if rule.require.regressions]
    if not rules:
        message = "No policy says how many fresh samples confirm a difference"
        raise KiwerkError(message, path="evals", remedy="Say so: --confirm 5")
    return max(rule.confirm_repeats for rule in rules)


def confirm(root: Path, sides: Sides, since: datetime, how: Confirmation) -> Partial | None:
    """Sample every case that looks changed, base and head in turns, and keep it; what is missing where it was stopped.

    Where nothing is known of base and something of head, base is sampled first: what looks changed shows only then.

    Raises:
        KiwerkError: a budget cannot be kept, or no conversation can be held.
    """
    with Store(root) as store:
        observed = observe(store, sides, since, how.access)
        unknown = [
            (observed.pairs[case.case], how.repeats)
            for case in find_without_base(observed.cases)
            if case.case in observed.pairs
        ]
        if unknown:
            plan = tuple(_plan(unknown, how.access, only_base=True))
            stopped = _sample(root, store, sides, plan, how, prefix="")
            if stopped is not None:
                return stopped
            observed = observe(store, sides, since, how.access)
        pairs = [
            (observed.pairs[case.case], count_missing(case, how.repeats))
            for case in find_candidates(observed.cases, how.repeats)
            if case.case in observed.pairs
        ]
        return _sample(root, store, sides, tuple(_plan(pairs, how.access)), how, prefix=CONFIRMING)


def _sample(
    root: Path, store: Store, sides: Sides, plan: Sequence[Planned], how: Confirmation, *, prefix: str
) -> Partial | None:
    """Hold the conversations of a plan in a run of its own; what is missing where that was stopped."""
    if not plan:
        return None
    started = datetime.now(UTC)
    run = Run(
        id=name_run(started),
        engine=__version__,
        revision=read_revision(root),
        selector=None,
        started=started,
        finished=None,
        planned=len(plan),
        base=sides.base_version.commit,
    )
    name = f"{prefix}{digest_plan(plan, how.access.identity, fresh=True)}"
    run = store.begin_run(run, name, since=started - LONGEST_BREAK)
    held = store.load_conversations(run.id)
    situations = {item.situation.id: item.situation for item in plan}
    votes = Votes(store, situations.values(), dict.fromkeys(situations, WHOEVER_IS_ASKED))
    meter = open_meter(sides.head, started.date(), plan, how.budget, how.access)
    asyncio.run(_hold(store, run.id, plan, held, votes, meter, how))
    if meter.stopped is not None:
        return describe_partial(meter.stopped, plan, held)
    results, _ = score_plan(plan, held, run.started, None, votes)
    store.finish_run(run.model_copy(update={"finished": datetime.now(UTC), "results": tuple(results)}))
    return None


def _plan(pairs: Sequence[tuple[Pair, int]], access: Access, *, only_base: bool = False) -> Iterator[Planned]:
    """Round by round as many as a case lacks, in each round its base and head right after one another."""
    for repetition in range(max((missing for _, missing in pairs), default=0)):
        for pair in (pair for pair, missing in pairs if repetition < missing):
            for rendered in (pair.base,) if only_base else (pair.base, pair.head):
                conversation = Conversation(
                    agent=rendered.agent.id,
                    case=pair.situation.id,
                    origin=access.origin,
                    repetition=repetition,
                    subject=access.subject_of(rendered),
                    stimulus=pair.situation.stimulus,
                )
                yield Planned(conversation, pair.situation, rendered, None)


async def _hold(
    store: Store,
    run: str,
    plan: Sequence[Planned],
    held: dict[int, tuple[str, Transcript]],
    votes: Votes,
    meter: Meter,
    how: Confirmation,
) -> None:
    missing = {item.conversation: position for position, item in enumerate(plan) if position not in held}
    async with AsyncExitStack() as stack:
        models = await stack.enter_async_context(how.access.open())
        stack.enter_context(meter.listening(lambda: None))
        await stack.enter_async_context(meter.bounded())
        jobs = (open_job(plan[position], models) for position in missing.values() if meter.may_begin())
        async for ended in run_jobs(jobs, lambda: meter.room(models.room())):
            stored = store.add_transcripts(run, [(missing[item.conversation], item) for item in ended])
            for (name, transcript), position in zip(
                stored, [missing[item.conversation] for item in ended], strict=True
            ):
                held[position] = (name, transcript)
                meter.add(transcript)
        to_judge = [(plan[position].situation, transcript) for position, (_, transcript) in held.items()]
        await collect_votes(models, store, votes, to_judge, meter)
