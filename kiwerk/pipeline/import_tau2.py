"""Import: policy, tasks and trajectories of tau-bench's airline, as a company and as conversations to be judged."""

from __future__ import annotations

import re
from collections import defaultdict
from dataclasses import dataclass
from datetime import UTC, datetime
from statistics import fmean
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from kiwerk import __version__
from kiwerk.edit.write import write_texts
from kiwerk.errors import KiwerkError
from kiwerk.importers.tau2 import (
    AGENT,
    RECORDED,
    TIMEZONE,
    TOOLSET,
    name_case,
    read_policy,
    read_tasks,
    read_trajectories,
    record_trajectory,
    write_documents,
)
from kiwerk.load.above import refuse_below_repository
from kiwerk.load.project import SHARED
from kiwerk.pipeline.evaluate import name_run, read_revision
from kiwerk.pipeline.score import score_plan
from kiwerk.pipeline.workspace import must_prepare
from kiwerk.record import ImportedFile, Importing, PassHat, Published, Run, Status
from kiwerk.run.plan import Planned
from kiwerk.score.statistics import pass_hat_k
from kiwerk.spec.base import SEGMENT
from kiwerk.store import Store

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

    from kiwerk.importers.tau2 import Documents, Trajectory
    from kiwerk.pipeline.workspace import Workspace
    from kiwerk.record import Result, Transcript


@dataclass(frozen=True, slots=True)
class Tau2Files:
    """What is imported."""

    policy: Path
    tasks: Path | None
    trajectories: Path | None


def import_tau2(root: Path, given: Tau2Files, *, company: str, model: str, now: datetime) -> Importing:
    """The company, written where it was not there already, and the conversations, kept and judged.

    Raises:
        KiwerkError: a file cannot be read or has another form, a document would be overwritten, or the repository has
            errors. No conversation is kept then.
    """
    if not re.fullmatch(SEGMENT, company) or company == SHARED:
        message = f"'{company}' cannot be a company's name"
        raise KiwerkError(message, remedy="Take lower-case letters, digits and hyphens, such as --company airline")
    if given.tasks is None and given.trajectories is None:
        message = "There is nothing to make cases of"
        raise KiwerkError(message, remedy="Name --tasks or --trajectories, or both")
    trajectories = read_trajectories(given.trajectories) if given.trajectories else ()
    documents = write_documents(
        read_policy(given.policy),
        read_tasks(given.tasks) if given.tasks else (),
        tuple({trajectory.task.id: trajectory.task for trajectory in trajectories}.values()),
        company=company,
        model=model,
    )
    files = _write(root, documents.texts)
    if not trajectories:
        return Importing(files=files)
    workspace = must_prepare(root, now)
    return _judge(workspace, trajectories, _record(documents, trajectories, company)).model_copy(
        update={"files": files}
    )


def _write(root: Path, texts: Mapping[str, str]) -> tuple[ImportedFile, ...]:
    """The documents, written where they are not there already.

    Raises:
        KiwerkError: something else is in the place of one.
    """
    refuse_below_repository(root)
    new: dict[Path, str] = {}
    for name, text in texts.items():
        path = root / name
        if not path.exists():
            new[path] = text
        elif path.read_bytes() != text.encode():
            message = "There is something else already, and it would be lost"
            raise KiwerkError(message, path=name, remedy="Move it away, or name another --company")
    write_texts(new)
    return tuple(ImportedFile(path=name, written=root / name in new) for name in texts)


def _record(documents: Documents, trajectories: Sequence[Trajectory], company: str) -> list[Transcript]:
    started = datetime.fromisoformat(documents.now).replace(tzinfo=ZoneInfo(TIMEZONE))
    return [
        record_trajectory(
            trajectory,
            documents.toolset,
            agent=f"{company}/{AGENT}",
            case=f"{company}/{RECORDED}#{name_case(RECORDED, trajectory.task)}",
            toolset_name=TOOLSET,
            started=started,
        )
        for trajectory in trajectories
    ]


def _judge(workspace: Workspace, trajectories: Sequence[Trajectory], transcripts: Sequence[Transcript]) -> Importing:
    situations = {situation.id: situation for _, situation in workspace.cases}
    plan = [
        Planned(item.conversation, situations[item.conversation.case], workspace.agents[item.conversation.agent], None)
        for item in transcripts
    ]
    started = datetime.now(UTC)
    with Store(workspace.project.root) as store:
        known = _find_run(store, transcripts)
        run = known or store.begin_run(
            Run(
                id=name_run(started),
                engine=__version__,
                revision=read_revision(workspace.project.root),
                selector=None,
                started=started,
                finished=None,
                planned=len(plan),
            ),
            f"imported:{started.isoformat()}",
            since=started,
        )
        if known is None:
            store.add_transcripts(run.id, list(enumerate(transcripts)))
        results, _ = score_plan(plan, store.load_conversations(run.id), started)
        if known is None:
            # none was held by an earlier run, however long ago it was held
            kept = tuple(result.model_copy(update={"reused": False}) for result in results)
            seconds = round((datetime.now(UTC) - started).total_seconds(), 3)
            store.finish_run(
                run.model_copy(update={"finished": datetime.now(UTC), "seconds": seconds, "results": kept})
            )
    conversations = tuple(_compare(*pair) for pair in zip(trajectories, results, strict=True))
    return Importing(
        files=(), run=run.id, known=known is not None, conversations=conversations, pass_hat=_estimate(conversations)
    )


def _find_run(store: Store, transcripts: Sequence[Transcript]) -> Run | None:
    """The run that holds exactly these conversations, where there is one."""
    for run in store.load_runs():
        origins = {result.conversation.origin for result in run.results}
        if origins == {"imported"} and len(run.results) == len(transcripts):
            held = store.load_conversations(run.id)
            if [held[position][1] for position in sorted(held)] == list(transcripts):
                return run
    return None


def _compare(trajectory: Trajectory, result: Result) -> Published:
    return Published(
        case=result.conversation.case,
        trial=trajectory.trial,
        reward=trajectory.reward,
        status=result.status,
        failed=tuple(f"{score.name}: {score.message}" for score in result.scores if score.status is not Status.PASSED),
    )


def _estimate(conversations: Sequence[Published]) -> tuple[PassHat, ...]:
    by_case: dict[str, list[Published]] = defaultdict(list)
    for item in conversations:
        by_case[item.case].append(item)

    def average(k: int, passed: Sequence[int]) -> float:
        return fmean(
            pass_hat_k(successes, len(items), k) for successes, items in zip(passed, by_case.values(), strict=True)
        )

    published = [sum(item.reward == 1 for item in items) for items in by_case.values()]
    judged = [sum(item.status is Status.PASSED for item in items) for items in by_case.values()]
    trials = min(len(items) for items in by_case.values())
    return tuple(PassHat(k=k, published=average(k, published), judged=average(k, judged)) for k in range(1, trials + 1))
