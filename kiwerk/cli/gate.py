"""`kiwerk gate`."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from kiwerk.cli import options
from kiwerk.errors import ExitCode

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime
    from pathlib import Path

    from kiwerk.record import Verdict


@click.command
@options.env
@click.option(
    "--advisory", is_flag=True, help="Exit 0 where there is no model evidence to judge; a refusal still exits 1."
)
@click.option(
    "--tier",
    type=click.Choice(["pull-request"]),
    help="Judge only what this tier samples of the tree as it is, which is not enough for a deploy.",
)
@click.option(
    "--base", metavar="REV", help="Judge also by the policy of the commit at which HEAD left REV; both must pass."
)
@click.option(
    "--explain",
    is_flag=True,
    help="Also say how far one can rely on it, which cases are flaky, and how likely it refuses what did not change.",
)
@options.output("text", "json", "markdown")
@options.repo
@options.now
def command(
    environment: str,
    advisory: bool,
    tier: str | None,
    base: str | None,
    explain: bool,
    style: str,
    repo: Path,
    now: datetime,
) -> int:
    """Judge stored samples by an environment's policy.

    The samples are those of exactly what would ship today, taken within the policy's age and judged by today's
    expectations. No model is asked; references and counterexamples are held.

    With --tier pull-request only the cases are judged that `kiwerk eval --tier pull-request` would sample of the tree
    as it is now, since the same base. A change that affects none of them passes. Where the tier was never run there is
    nothing to judge: --advisory says that this is no failure.

    A change may edit the policy it is judged by. With --base each agent is judged a second time by the policy that the
    environment had before the change, where that one requires something else.

    \b
    Examples:
      kiwerk gate --env production
      kiwerk gate --env production --explain
      kiwerk gate --env staging --tier pull-request
      kiwerk gate --env production --base origin/main
      kiwerk gate --env staging --advisory --format markdown
    """
    from kiwerk.pipeline.alarm import find_unpassable, measure_alarms
    from kiwerk.pipeline.base_policy import find_base_policy
    from kiwerk.pipeline.judge import judge, judge_pooled, judge_sample, measure_pooled
    from kiwerk.pipeline.judge_tier import judge_tier
    from kiwerk.pipeline.score import pool_samples
    from kiwerk.pipeline.workspace import find_gate, must_prepare
    from kiwerk.report.gate import GateReport, format_gate

    workspace = must_prepare(repo, now)
    gate = find_gate(workspace, environment)
    pooled = pool_samples(workspace, gate)
    tiered = judge_tier(workspace, gate) if tier else None
    verdicts = (tiered.verdicts if tiered else ()) if tier else judge_pooled(workspace, gate, pooled)
    former = find_base_policy(workspace, gate, base) if base else None
    if former and former.gate:
        sampled = tiered.tier.sampled if tiered else ()
        verdicts += judge_sample(workspace, former.gate, sampled) if tier else judge(workspace, former.gate)
    alarms = measure_alarms(workspace, gate, pooled) if explain else None
    report = GateReport(
        environment,
        verdicts,
        measure_pooled(workspace, gate, pooled),
        repeats=gate.policy.repeats,
        sources=workspace.project.sources,
        base=former.commit if former else None,
        note=former.note if former and verdicts else "",
        is_tier=tier is not None,
        selection=tiered.selection if tiered else None,
        tier=tiered.tier if tiered else None,
        is_unaffected=tiered is not None and tiered.is_unaffected,
        alarms=alarms,
        findings=tuple(find_unpassable(workspace, gate, alarms or ())),
    )
    click.echo(format_gate(report, style, colour=options.use_colour()), nl=False)
    return _decide(verdicts, advisory=advisory, tier=tier, is_unaffected=report.is_unaffected)


def _decide(verdicts: Sequence[Verdict], *, advisory: bool, tier: str | None, is_unaffected: bool) -> int:
    from kiwerk.record import Decision

    if is_unaffected:
        return ExitCode.FINE
    if tier and not verdicts:
        return ExitCode.FINE if advisory else ExitCode.REFUSED
    # what was sampled has to be judged: an endpoint that could not be reached is no excuse
    allowed = {Decision.PASSED, Decision.NOT_JUDGED} if advisory and not tier else {Decision.PASSED}
    return ExitCode.FINE if verdicts and all(item.decision in allowed for item in verdicts) else ExitCode.REFUSED
