"""Hold and judge conversations and keep nothing: what a person wrote is never evidence, and costs nothing to repeat."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from kiwerk.pipeline.score import score_plan
from kiwerk.providers.pace import MOST_IN_FLIGHT
from kiwerk.providers.reference import ReferenceProvider
from kiwerk.run.plan import plan_conversations
from kiwerk.run.scheduler import Job, run_jobs

if TYPE_CHECKING:
    from collections.abc import Sequence

    from kiwerk.finding import Finding
    from kiwerk.pipeline.workspace import Workspace
    from kiwerk.record import Conversation, Result, Transcript
    from kiwerk.run.plan import Planned


@dataclass(frozen=True, slots=True)
class Rehearsal:
    """One conversation that was held and judged."""

    result: Result
    findings: tuple[Finding, ...]
    """What a reference or counterexample says about its case; nothing where all is as written."""
    transcript: Transcript


def rehearse(plan: Sequence[Planned]) -> tuple[Rehearsal, ...]:
    """What came of references and counterexamples, in the order of the plan.

    Raises:
        ValueError: the plan holds a skipped case, or one that needs a model.
    """
    started = datetime.now(UTC)
    held = asyncio.run(_hold([_job(item) for item in plan]))
    found = []
    for item in plan:
        transcript = held[item.conversation]
        (result,), findings = score_plan([item], {0: ("", transcript)}, started)
        # nothing was stored, so there is no id
        found.append(Rehearsal(result.model_copy(update={"transcript": None}), findings, transcript))
    return tuple(found)


def find_broken_tests(workspace: Workspace, agent: str) -> tuple[Finding, ...]:
    """What the references and counterexamples of an agent's cases say against these cases; nothing where all hold."""
    situations = (situation for case, situation in workspace.cases if case.agent == agent)
    plan = plan_conversations(situations, workspace.agents, lambda _: 0)
    held = rehearse([item for item in plan if item.script is not None])
    return tuple(finding for item in held for finding in item.findings)


def _job(item: Planned) -> Job:
    if item.script is None:
        message = f"{item.conversation.case} has no script to rehearse"
        raise ValueError(message)
    provider = ReferenceProvider(item.script, item.conversation.origin)
    return Job(item.conversation, item.rendered.bundle, item.situation, provider)


async def _hold(jobs: Sequence[Job]) -> dict[Conversation, Transcript]:
    batches = run_jobs(jobs, lambda: MOST_IN_FLIGHT)
    return {transcript.conversation: transcript async for ended in batches for transcript in ended}
