"""Re-score: a stored run by today's expectations, without a conversation, beside what was said when it was held.

Nothing but votes is written: scores follow from transcripts, votes and expectations, and the gate judges by today's
ones anyway.
"""

from __future__ import annotations

import asyncio
from collections import Counter
from dataclasses import replace
from typing import TYPE_CHECKING

from kiwerk.errors import KiwerkError
from kiwerk.finding import Severity
from kiwerk.pipeline.electorate import find_electorates
from kiwerk.pipeline.judging import Votes, collect_votes
from kiwerk.pipeline.score import score_plan
from kiwerk.record import Rejudged, Rescoring, Result, ScoreChange, Status, Unfit
from kiwerk.run.plan import plan_conversations
from kiwerk.store import Store

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

    from kiwerk.finding import Finding
    from kiwerk.pipeline.models import Access
    from kiwerk.pipeline.workspace import Workspace
    from kiwerk.record import Conversation, Run, Score, Transcript
    from kiwerk.render.situation import Situation
    from kiwerk.run.plan import Planned

Slot = tuple[str, str, str, str | None]
"""Agent, case, origin and counterexample: what stays the same while prompts and expectations are edited."""


def rescore(
    workspace: Workspace, run_id: str | None, access: Access | None = None
) -> tuple[Rescoring, tuple[Finding, ...]]:
    """A run by today's expectations, and what its references and counterexamples say about their cases.

    Args:
        workspace: the repository.
        run_id: the run's id or the beginning of it; the newest one if None.
        access: where models are asked for the votes of judges that are missing, if they are.

    Raises:
        KiwerkError: there is no such run, it was not finished, or a transcript of it is gone.
    """
    with Store(workspace.project.root, reading=True) as store:
        run = store.load_run(run_id)
        if run.finished is None and run.merged:
            message = f"Run {run.id} was put together from parts of a plan, and some are missing"
            raise KiwerkError(message, remedy="Unite the others as well with `kiwerk merge`")
        if run.finished is None:
            message = f"Run {run.id} was interrupted, so it was never scored"
            raise KiwerkError(message, remedy="Run the same `kiwerk eval` again: it carries on")
        held = dict(store.load_conversations(run.id).values())
        missing = [item.transcript for item in run.results if item.transcript and item.transcript not in held]
        held |= {name: store.load_transcript(name) for name in missing}
        fitting, kept, refused = _sort(run, _plan_today(workspace))
        votes = Votes(store, (item.situation for _, item in fitting), find_electorates(workspace))
    to_judge = [(item.situation, held[result.transcript or ""]) for result, item in fitting]
    if access:
        asyncio.run(_collect(access, workspace.project.root, votes, to_judge))
    results, findings = _score(run, fitting, held, votes)
    changes = [change for (old, _), new in zip(fitting, results, strict=True) if (change := _compare(old, new))]
    judged = run.model_copy(update={"results": (*results, *kept)})
    return Rescoring(run=judged, changes=tuple(changes), refused=tuple(refused)), findings


async def _collect(access: Access, root: Path, votes: Votes, to_judge: Sequence[tuple[Situation, Transcript]]) -> None:
    async with access.open() as models:
        votes.ask_at(models.find_helper)
        if votes.find_missing(to_judge):
            with Store(root) as store:
                await collect_votes(models, store, votes, to_judge)


def _sort(run: Run, today: Mapping[Slot, Planned]) -> tuple[list[tuple[Result, Planned]], list[Result], list[Unfit]]:
    """What today's cases are about, what was never held, and what they are not about."""
    fitting: list[tuple[Result, Planned]] = []
    kept: list[Result] = []
    refused: list[Unfit] = []
    for result in run.results:
        item = today.get(_slot(result.conversation))
        if result.transcript is None:
            kept.append(result)
        elif reason := _find_misfit(item, result.conversation):
            refused.append(Unfit(conversation=result.conversation, reason=reason))
        elif item is not None:
            fitting.append((result, item))
    return fitting, kept, refused


def is_sound(rescoring: Rescoring, findings: Sequence[Finding]) -> bool:
    """Whether everything could be judged and nothing failed: a conversation that no longer fits shows nothing."""
    statuses = {result.status for result in rescoring.run.results}
    if rescoring.refused or any(finding.severity is Severity.ERROR for finding in findings):
        return False
    return Status.PASSED in statuses and not statuses & {Status.FAILED, Status.ERRORED}


def _plan_today(workspace: Workspace) -> Mapping[Slot, Planned]:
    plan = plan_conversations((situation for _, situation in workspace.cases), workspace.agents, lambda _: 1)
    by_name = {_slot(item.conversation): item for item in plan}
    for item in plan:
        # what a run has under an older name is about the same case
        for name in item.situation.names:
            by_name.setdefault(_slot(item.conversation.model_copy(update={"case": name})), item)
    return by_name


def _slot(conversation: Conversation) -> Slot:
    """What was imported stands where a model's sample would."""
    origin = "model" if conversation.origin == "imported" else conversation.origin
    return conversation.agent, conversation.case, origin, conversation.variant


def _find_misfit(item: Planned | None, held: Conversation) -> str | None:
    """Why today's expectations are not about a conversation; None where they are."""
    if item is None:
        return "there is no such case any more" if held.variant is None else "there is no such counterexample any more"
    if held.origin == "imported":
        return None
    if item.conversation.stimulus != held.stimulus:
        return "the situation is another today: what is given, what the user says, or the mocks"
    if item.script is not None and item.conversation.subject != held.subject:
        return "what is spoken for the agent was edited since, or its opening, tools or limits were"
    return None


def _score(
    run: Run, fitting: Sequence[tuple[Result, Planned]], held: Mapping[str, Transcript], votes: Votes
) -> tuple[list[Result], tuple[Finding, ...]]:
    # a sample keeps its own prompt's digest: what an older prompt did may be judged too
    plan = [replace(item, conversation=result.conversation) for result, item in fitting]
    names = [result.transcript or "" for result, _ in fitting]
    by_position = {position: (name, held[name]) for position, name in enumerate(names)}
    results, findings = score_plan(plan, by_position, run.started, votes=votes)
    replaced = [result.replaced for result, _ in fitting]
    return [
        result.model_copy(update={"replaced": earlier}) for result, earlier in zip(results, replaced, strict=True)
    ], findings


def _compare(old: Result, new: Result) -> Rejudged | None:
    """What is judged otherwise; None where nothing is."""
    before, after = _by_name(old.scores), _by_name(new.scores)
    scores = []
    for key in dict.fromkeys((*before, *after)):
        then, now = before.get(key), after.get(key)
        shown = now or then
        if shown is not None and (then and then.status) != (now and now.status):
            scores.append(
                ScoreChange(
                    name=shown.name,
                    turn=shown.turn,
                    before=then.status if then else None,
                    after=now.status if now else None,
                    message=shown.message,
                    place=shown.place if now else None,
                )
            )
    if not scores and old.status == new.status:
        return None
    return Rejudged(
        conversation=new.conversation,
        transcript=new.transcript or "",
        before=old.status,
        after=new.status,
        scores=tuple(scores),
    )


def _by_name(scores: Sequence[Score]) -> dict[tuple[str, int | None, int], Score]:
    """Scores by name and turn; several of one name are told apart by their order."""
    seen: Counter[tuple[str, int | None]] = Counter()
    named = {}
    for score in scores:
        seen[score.name, score.turn] += 1
        named[score.name, score.turn, seen[score.name, score.turn]] = score
    return named
