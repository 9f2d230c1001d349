"""`kiwerk gate`."""

from __future__ import annotations

import json
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
    help="Judge only what the newest run of this tier sampled, which is not enough for a deploy.",
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
    expectations. Nothing is run.

    With --tier pull-request only the cases are judged that `kiwerk eval --tier pull-request` sampled. Where it had none
    to sample, there is nothing to judge: --advisory says that this is no failure.

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
    from kiwerk.pipeline.judge import judge, judge_pooled, judge_tier, measure_pooled
    from kiwerk.pipeline.score import pool_samples
    from kiwerk.pipeline.workspace import find_gate, must_prepare
    from kiwerk.report.alarm import format_alarms, format_alarms_markdown
    from kiwerk.report.findings import format_findings
    from kiwerk.report.findings_json import describe_finding
    from kiwerk.report.reliability import describe_repeats, format_reliabilities, format_reliabilities_markdown
    from kiwerk.report.verdict_markdown import format_verdicts_markdown
    from kiwerk.report.verdict_text import format_verdicts

    workspace = must_prepare(repo, now)
    gate = find_gate(workspace, environment)
    pooled = pool_samples(workspace, gate)
    verdicts = judge_tier(workspace, gate, tier) if tier else judge_pooled(workspace, gate, pooled)
    former = find_base_policy(workspace, gate, base) if base else None
    note = former.note if former and verdicts else ""
    if former and former.gate:
        verdicts += judge_tier(workspace, former.gate, tier) if tier else judge(workspace, former.gate)
    reliabilities = measure_pooled(pooled)
    alarms = measure_alarms(workspace, gate, pooled) if explain else ()
    unpassable = tuple(find_unpassable(workspace, gate, alarms))
    if style == "json":
        body = {
            "version": 1,
            "environment": environment,
            "base": former and former.commit,
            "verdicts": [verdict.model_dump(mode="json") for verdict in verdicts],
            "reliability": [item.model_dump(mode="json") for item in reliabilities],
        }
        if explain:
            body["alarms"] = [item.model_dump(mode="json") for item in alarms]
            body["findings"] = [describe_finding(finding) for finding in unpassable]
        click.echo(json.dumps(body, ensure_ascii=False, indent=2))
    elif not verdicts and tier:
        message = f"Gate for {environment}: not judged: no run of the tier {tier} sampled anything"
        click.echo(f"### {message}\n" if style == "markdown" else message)
    elif style == "markdown":
        click.echo(format_verdicts_markdown(verdicts, environment, note), nl=False)
        if explain:
            click.echo(f"\n{format_reliabilities_markdown(reliabilities)}\n{describe_repeats(gate.policy.repeats)}")
            click.echo(f"\n{format_alarms_markdown(alarms)}", nl=False)
    else:
        click.echo(format_verdicts(verdicts, note, colour=options.use_colour()), nl=False)
        if explain:
            click.echo(f"\n{format_reliabilities(reliabilities)}{describe_repeats(gate.policy.repeats)}")
            click.echo(format_alarms(alarms), nl=False)
            if unpassable:
                click.echo("\n" + format_findings(unpassable, workspace.project.sources, "text"), nl=False)
    return _decide(verdicts, advisory=advisory, tier=tier)


def _decide(verdicts: Sequence[Verdict], *, advisory: bool, tier: str | None) -> int:
    from kiwerk.record import Decision

    if tier and not verdicts:
        return ExitCode.FINE if advisory else ExitCode.REFUSED
    # what was sampled has to be judged: an endpoint that could not be reached is no excuse
    allowed = {Decision.PASSED, Decision.NOT_JUDGED} if advisory and not tier else {Decision.PASSED}
    return ExitCode.FINE if verdicts and all(item.decision in allowed for item in verdicts) else ExitCode.REFUSED
