"""Run and score: every case's reference and counterexamples, and samples of a live model where one is given."""

from __future__ import annotations

import asyncio
import secrets
import subprocess
import time
from collections import defaultdict
from contextlib import AsyncExitStack
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

from kiwerk import __version__
from kiwerk.finding import Severity
from kiwerk.load.collection import collection_rare
from kiwerk.load.discover import FOLDERS
from kiwerk.pipeline.attempts import Attempts
from kiwerk.pipeline.bill import find_vote_spending
from kiwerk.pipeline.budget import Budget, describe_partial, open_meter
from kiwerk.pipeline.electorate import find_electorates
from kiwerk.pipeline.judging import Votes, collect_votes
from kiwerk.pipeline.progress import Onlooker, Progress
from kiwerk.pipeline.reuse import find_known_scores, find_reusable
from kiwerk.pipeline.score import score_conversation, score_plan
from kiwerk.pipeline.stopping import Watch
from kiwerk.providers.pace import MOST_IN_FLIGHT
from kiwerk.providers.reference import ReferenceProvider
from kiwerk.record import Decision, Run, Status, Verdict
from kiwerk.record.run import NOT_HELD
from kiwerk.run.plan import Planned, digest_plan
from kiwerk.run.scheduler import Job, Jobs, run_jobs
from kiwerk.run.simulated import open_user
from kiwerk.store import Store

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Sequence
    from pathlib import Path

    from kiwerk.finding import Finding
    from kiwerk.pipeline.models import Access, Models
    from kiwerk.pipeline.plan import Planning
    from kiwerk.pipeline.workspace import Workspace
    from kiwerk.record import Conversation, Score, Transcript

LONGEST_BREAK = timedelta(hours=12)
"""An interrupted run that is older is not carried on: its samples would count as today's."""


@dataclass(frozen=True, slots=True)
class Evaluation:
    """A finished run, with what it says about the cases themselves."""

    run: Run
    findings: tuple[Finding, ...]
    """References that fail and counterexamples that trip something else than they say."""
    resumed: int
    """Conversations that an interrupted run had already held."""
    is_interrupted: bool = False
    """Whether Ctrl-C was pressed, also where all was in flight by then and nothing is missing."""


def evaluate(
    workspace: Workspace,
    planning: Planning,
    *,
    fresh: bool,
    budget: Budget | None = None,
    progress: Callable[[Progress], None] | None = None,
) -> Evaluation:
    """Hold what is missing of a plan, score all of it, and write it down.

    Args:
        workspace: the repository.
        planning: the conversations.
        fresh: whether to add new samples beside those there are.
        budget: what may be spent; what was not held then is held when the same is evaluated again.
        progress: told how far it is.

    Raises:
        KiwerkError: a budget cannot be kept, or no conversation can be held.
        KeyboardInterrupt: Ctrl-C was pressed again while what was in flight came to its end.
    """
    plan, part, sampling, access = planning.conversations, planning.part, planning.sampling, planning.wish.access
    meter = open_meter(workspace.project, workspace.now.date(), plan, budget or Budget(), access)
    began, started = time.monotonic(), datetime.now(UTC)
    run = _describe_run(workspace, planning, started)
    with collection_rare(), Store(workspace.project.root) as store:
        name = digest_plan(plan, access.identity if access else None, fresh=fresh)
        name = f"{name}:{part.plan}:{part.shard}" if part else name
        run = store.begin_run(run, name, since=run.started - LONGEST_BREAK)
        held = store.load_conversations(run.id)
        resumed = len(held)
        if access and access.origin == "model" and sampling and not fresh:
            reused = find_reusable(store, plan, held, access, workspace.now - sampling.max_age)
            store.add_samples(run.id, {position: name for position, (name, _) in reused.items()})
            held |= reused
        known = find_known_scores(store, plan, held)
        votes = Votes(store, (item.situation for item in plan), find_electorates(workspace))
        watch = _watch(workspace, planning, plan, held)
        onlooker = Onlooker(plan, meter, progress or _tell_nobody)
        try:
            judged = asyncio.run(_hold(store, run.id, plan, held, access, votes, watch, onlooker))
        except asyncio.CancelledError:
            raise KeyboardInterrupt from None
        settled = Attempts(plan, held).settled()
        left = frozenset(watch.find_left(plan, settled)) if watch else frozenset()
        scored = [replace(item, skipped=NOT_HELD) if place in left else item for place, item in enumerate(plan)]
        results, findings = score_plan(scored, settled, run.started, known | judged, votes)
        run = run.model_copy(
            update={
                "seconds": round(time.monotonic() - began, 3),
                "results": Attempts(scored, held).complete(results),
                "stopped": watch.describe(plan, settled) if watch else (),
                "asked": find_vote_spending(votes, plan, settled, run.started),
            }
        )
        if meter.stopped is not None:
            partial = describe_partial(meter.stopped, scored, settled)
            return Evaluation(run.model_copy(update={"partial": partial}), findings, resumed, meter.is_interrupted)
        run = run.model_copy(update={"finished": datetime.now(UTC)})
        store.finish_run(run)
    return Evaluation(run, findings, resumed, meter.is_interrupted)


def record_unaffected(workspace: Workspace, planning: Planning) -> None:
    """Write down that a tier had nothing to run, and since which base: the gate then knows what was compared with.

    Raises:
        KiwerkError: it cannot be written.
    """
    started = datetime.now(UTC)
    changes = {"tier": planning.wish.tier, "finished": started, "seconds": 0.0}
    run = _describe_run(workspace, planning, started).model_copy(update=changes)
    with Store(workspace.project.root) as store:
        store.finish_run(store.begin_run(run, f"unaffected:{run.id}", since=started))


def _describe_run(workspace: Workspace, planning: Planning, started: datetime) -> Run:
    """The run before anything is held."""
    part, tier = planning.part, planning.tier
    return Run(
        id=name_run(started),
        engine=__version__,
        revision=read_revision(workspace.project.root),
        selector=planning.wish.selector,
        started=started,
        finished=None,
        planned=len(planning.conversations),
        shard=str(part.shard) if part else None,
        plan=part.plan if part else None,
        cases=part.cases if part else (),
        base=planning.selection.base if planning.selection else None,
        tier=tier.tier if tier else None,
        seed=tier.seed if tier else None,
    )


def is_green(evaluation: Evaluation, verdicts: Sequence[Verdict] | None) -> bool:
    """Whether everything holds: something was shown, nothing is wrong, every conversation could be judged.

    Args:
        evaluation: the run.
        verdicts: a policy's, which say what is good enough; without them every sample must have passed.
    """
    statuses = {result.status for result in evaluation.run.results}
    if not evaluation.run.complete or any(finding.severity is Severity.ERROR for finding in evaluation.findings):
        return False
    if Status.PASSED not in statuses or Status.ERRORED in statuses:
        return False
    if _asked_in_vain(evaluation.run):
        return False
    if verdicts is not None:
        return bool(verdicts) and all(verdict.decision is Decision.PASSED for verdict in verdicts)
    return Status.FAILED not in statuses


def _asked_in_vain(run: Run) -> bool:
    """Whether an agent elsewhere was asked and could not be judged wholly, or whoever else was named said nothing."""
    elsewhere: dict[str, list[Status]] = defaultdict(list)
    for result in run.results:
        if result.conversation.origin in ("endpoint", "python", "recorded"):
            elsewhere[result.conversation.origin].append(result.status)
    return any(
        Status.SKIPPED in statuses if origin == "endpoint" else Status.PASSED not in statuses
        for origin, statuses in elsewhere.items()
    )


async def _hold(  # noqa: PLR0913, PLR0917 - what a run is made of, and who looks on
    store: Store,
    run: str,
    plan: Sequence[Planned],
    held: dict[int, tuple[str, Transcript]],
    access: Access | None,
    votes: Votes,
    watch: Watch | None,
    onlooker: Onlooker,
) -> dict[int, tuple[Score, ...]]:
    """Add to `held` what is missing, and to `votes`; the scores of what no judge has to be asked about."""
    judged: dict[int, tuple[Score, ...]] = {}
    attempts, jobs = Attempts(plan, held), Jobs()
    places: dict[Conversation, int] = {}
    async with AsyncExitStack() as stack:
        models = await stack.enter_async_context(access.open()) if access else None
        room = models.room if models else lambda: MOST_IN_FLIGHT

        def ask(position: int) -> bool:
            """Whether there is another attempt to make, which then waits for its turn."""
            place = None if plan[position].skipped else attempts.find_next(position)
            if place is None:
                return False
            conversation = attempts.name(place)
            places[conversation] = place
            jobs.add(open_job(replace(plan[position], conversation=conversation), models))
            return True

        onlooker.start([position for position in (watch.order(plan) if watch else range(len(plan))) if ask(position)])
        stack.enter_context(onlooker.meter.listening(onlooker.tell))
        await stack.enter_async_context(onlooker.meter.bounded())
        wanted = onlooker.begin(watch.select(jobs) if watch else jobs)
        async for ended in run_jobs(wanted, lambda: onlooker.meter.room(room())):
            stored = store.add_transcripts(run, [(places[transcript.conversation], transcript) for transcript in ended])
            # judged while others wait for the model, and as it was written: so would every later reader
            for name, transcript in stored:
                place = places[transcript.conversation]
                position = attempts.position_of(place)
                held[place] = (name, transcript)
                if not plan[position].situation.judges:
                    judged[position] = score_conversation(plan[position].situation, transcript, votes)
                    if watch and plan[position].script is None and transcript.fault != "user":
                        watch.note(plan[position], transcript, judged[position])
                onlooker.end(position, transcript, judged.get(position), is_settled=not ask(position))
            onlooker.tell()
        if models:
            to_judge = [
                (plan[position].situation, transcript) for position, (_, transcript) in attempts.settled().items()
            ]
            await collect_votes(models, store, votes, to_judge, onlooker.meter)
    return judged


def _watch(workspace: Workspace, planning: Planning, plan: Sequence[Planned], held: Collection[int]) -> Watch | None:
    access = planning.wish.access
    if not planning.wish.until_decided or planning.gate is None or access is None or access.origin != "model":
        return None
    return Watch(workspace, planning.gate, access, plan, held)


def _tell_nobody(_progress: Progress) -> None:
    """Nobody looks on."""


def open_job(item: Planned, models: Models | None) -> Job:
    """A planned conversation with who speaks in it."""
    if item.script is not None:
        provider = ReferenceProvider(item.script, item.conversation.origin)
        return Job(item.conversation, item.rendered.bundle, item.situation, provider)
    if models is None:
        message = "a model conversation was planned without a model"
        raise RuntimeError(message)
    bundle = models.fit(item.rendered.bundle)
    agent = models.agent(bundle, item.conversation)
    user = open_user(item.situation, models.helper)
    return Job(item.conversation, bundle, item.situation, agent, user)


def name_run(started: datetime) -> str:
    """An id for a run: by their ids, runs are in the order in which they began, to the microsecond."""
    return f"{started:%Y%m%dT%H%M%S}-{started.microsecond:05x}{secrets.token_hex(1)[0]}"


def read_revision(root: Path) -> str | None:
    """Commit of a repository, with `+` when more was read than it holds; None outside git."""
    commit = _ask_git(root, "describe", "--always", "--dirty=+", "--abbrev=40", "--exclude=*")
    if not commit or commit.endswith("+"):
        return commit or None
    documents = [f"{folder}/*{ending}" for folder in FOLDERS for ending in (".yaml", ".py")]
    return f"{commit}+" if _ask_git(root, "ls-files", "--others", "--", *documents) else commit


def _ask_git(root: Path, *arguments: str) -> str | None:
    """What git prints; None where there is no git, or no repository of its."""
    try:
        result = subprocess.run(["git", "-C", str(root), *arguments], check=False, capture_output=True, text=True)
    except OSError:
        return None
    return result.stdout.strip() if result.returncode == 0 else None
