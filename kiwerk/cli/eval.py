"""`kiwerk eval`."""

from __future__ import annotations

import os
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

import click

from kiwerk.cli import options
from kiwerk.errors import ExitCode

if TYPE_CHECKING:
    from datetime import datetime, timedelta

_FORMATS = ("text", "json", "markdown", "junit")


@click.command
@click.argument("selector", nargs=-1)
@click.option("--env", "environment", metavar="ENV", help="Judge the model's samples by this environment's policy.")
@options.base_url
@options.provider
@options.max_in_flight
@click.option("--stream", is_flag=True, help="Let answers come in pieces, and note when each began.")
@click.option("--fresh", is_flag=True, help="Add new samples instead of using stored ones again.")
@click.option("--changed", metavar="REV", help="Run only cases that what changed since this revision can affect.")
@click.option("--explain", is_flag=True, help="With --changed: name the line that selected each case.")
@click.option("--explain-not", is_flag=True, help="Say why each other case was left out.")
@click.option(
    "--tier",
    type=click.Choice(["pull-request", "full"]),
    help="How much of it the model is asked about: a sample within the policy's budget, or all of it.",
)
@click.option("--until-decided", is_flag=True, help="With --env: stop sampling an agent once its refusal is certain.")
@click.option("--shard", metavar="I/N", help="Run one of N parts of the plan, the same on every machine.")
@click.option(
    "--durations",
    type=click.Path(path_type=Path),
    metavar="FILE",
    help="Cut the parts by these durations, written by `kiwerk shard --write-durations`.",
)
@options.budget
@click.option("--dry-run", is_flag=True, help="Count conversations, requests, tokens and euro, and hold none.")
@options.output(*_FORMATS)
@options.reports(*_FORMATS)
@options.repo
@options.now
def command(
    selector: tuple[str, ...],
    environment: str | None,
    base_url: str | None,
    provider: str | None,
    max_in_flight: int,
    stream: bool,
    fresh: bool,
    changed: str | None,
    explain: bool,
    explain_not: bool,
    tier: str | None,
    until_decided: bool,
    shard: str | None,
    durations: Path | None,
    max_cost: float | None,
    max_tokens: int | None,
    timeout: timedelta | None,
    dry_run: bool,
    style: str,
    written: tuple[tuple[str, Path], ...],
    repo: Path,
    now: datetime,
) -> int:
    """Check the repository and run its cases.

    Every case's reference and counterexamples go through the real conversation loop and the mocks. With an endpoint
    (--base-url or $KIWERK_BASE_URL, key in $KIWERK_API_KEY) the model is sampled as often as the policy wants, and a
    failed sample exits 1; with --env the policy decides. Killed, or stopped by a budget or Ctrl-C, the same command
    carries on.

    With --shard the records hold a part of the plan, and no policy judges it: unite all parts with `kiwerk merge`,
    then ask `kiwerk gate`.

    With --changed only cases are run whose prompt, situation or expectations differ from where HEAD left REV; an edited
    expectation alone judges stored conversations anew. --tier pull-request asks the model about critical cases, those
    that failed recently, and a draw of the rest; with --env, these alone are judged. A deploy needs all of them.

    SELECTOR names cases: an agent's id, or suite:, case:, tag:, process:, path: with * for any text. A space joins, a
    comma narrows, ! leaves out.

    \b
    Examples:
      kiwerk eval
      kiwerk eval praxis-weber/empfang,tag:critical
      kiwerk eval path:evals/praxis-weber/
      kiwerk eval --base-url https://api.mistral.ai/v1 --env production
      kiwerk eval --changed origin/main --explain
      kiwerk eval --provider native
      kiwerk eval --changed origin/main --tier pull-request --env staging
      kiwerk eval --env production --until-decided
      kiwerk eval --max-cost 5 --timeout 30m
      kiwerk eval --report junit=report.xml
      kiwerk eval --shard 3/16   # then, with all sixteen: kiwerk merge
    """
    from kiwerk.cli.progress import show_progress
    from kiwerk.pipeline.bill import find_bill
    from kiwerk.pipeline.budget import Budget
    from kiwerk.pipeline.evaluate import evaluate, is_green, record_unaffected
    from kiwerk.pipeline.forecast import estimate_run
    from kiwerk.pipeline.judge import judge_planned
    from kiwerk.pipeline.models import find_access
    from kiwerk.pipeline.plan import Wish, plan_run
    from kiwerk.pipeline.tier import PULL_REQUEST
    from kiwerk.pipeline.workspace import Refusal, prepare
    from kiwerk.report.estimate import format_estimate
    from kiwerk.report.evaluation import Report, format_report

    def echo(report: Report) -> None:
        click.echo(format_report(report, style, colour=options.use_colour()), nl=False)
        options.write_reports(written, partial(format_report, report, colour=False))

    _refuse_what_contradicts(
        {
            "--durations says how to cut parts: name one with --shard I/N": bool(durations and not shard),
            "--explain and --explain-not are about what changed: name a revision with --changed REV": (
                (explain and not changed) or (explain_not and not (changed or tier))
            ),
            "--until-decided is about a whole verdict: give --env, and neither --shard nor a sample": (
                until_decided and (not environment or bool(shard) or tier == "pull-request")
            ),
            "--dry-run holds no conversations, so there is no report of any": (
                dry_run and (bool(written) or style == "junit")
            ),
        }
    )
    workspace = prepare(repo, now)
    sources = workspace.project.sources
    if isinstance(workspace, Refusal):
        echo(Report(sources, workspace.findings))
        return ExitCode.REFUSED
    access = find_access(base_url, os.environ, max_in_flight, stream=stream, provider=provider, root=repo)
    wish = Wish(" ".join(selector) or None, environment, access, shard, durations, changed, tier, until_decided)
    planning = plan_run(workspace, wish)
    report = Report(
        sources,
        workspace.findings,
        selection=planning.selection,
        tier=planning.tier,
        explain=explain,
        explain_not=explain_not,
    )
    if planning.selection and not planning.conversations:
        if tier == PULL_REQUEST and not (selector or dry_run):
            record_unaffected(workspace, planning)
        echo(report)
        return ExitCode.FINE
    if dry_run:
        if (planning.selection or planning.tier) and style == "text":
            echo(replace(report, findings=()))
        click.echo(format_estimate(estimate_run(workspace, planning, access, fresh=fresh), style), nl=False)
        return ExitCode.FINE
    budget = Budget(max_cost, max_tokens, timeout)
    with show_progress() as progress:
        evaluation = evaluate(workspace, planning, fresh=fresh, budget=budget, progress=progress)
    run, findings = evaluation.run, (*evaluation.findings, *workspace.findings)
    verdicts = None if run.partial else judge_planned(workspace, planning, run)
    bill = find_bill(workspace, run)
    echo(replace(report, findings=findings, run=run, resumed=evaluation.resumed, bill=bill, verdicts=verdicts))
    if evaluation.is_interrupted:
        raise KeyboardInterrupt
    return ExitCode.FINE if is_green(evaluation, verdicts) else ExitCode.REFUSED


def _refuse_what_contradicts(found: dict[str, bool]) -> None:
    """Stop at the first sentence whose options are together on the command line."""
    for message, is_true in found.items():
        if is_true:
            raise click.UsageError(message)
