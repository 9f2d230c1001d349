"""`kiwerk import`."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from kiwerk.cli import options

if TYPE_CHECKING:
    from datetime import datetime


@click.command
@click.argument("form", type=click.Choice(["tau2"]), metavar="tau2")
@click.option("--policy", type=click.Path(path_type=Path), required=True, metavar="FILE", help="The agent's policy.")
@click.option("--tasks", type=click.Path(path_type=Path), metavar="FILE", help="Tasks of tau2-bench (JSON).")
@click.option(
    "--trajectories",
    type=click.Path(path_type=Path),
    metavar="FILE",
    help="Recorded conversations of tau-bench (JSON lines, maybe .gz).",
)
@click.option("--model", required=True, metavar="NAME", help="What the agent runs on from now on, provider:model.")
@click.option("--company", default="airline", show_default=True, metavar="NAME", help="Folder of the documents.")
@options.output("text", "json")
@options.repo
@options.now
def command(
    form: str,  # noqa: ARG001 - there is one so far
    policy: Path,
    tasks: Path | None,
    trajectories: Path | None,
    model: str,
    company: str,
    style: str,
    repo: Path,
    now: datetime,
) -> None:
    """Take over an agent, its cases and its recorded conversations from another tool.

    tau2: the airline of tau-bench and tau2-bench. Its policy becomes an agent with a toolset, each task a case with a
    simulated user that expects exactly the right writes. Recorded conversations become a run to show and to score;
    they are no evidence for a deploy. Nothing is overwritten, and the same again changes nothing.

    \b
    Example:
      kiwerk import tau2 --policy policy.md --tasks tasks.json --model openai:gpt-4o-2024-08-06
    """
    from kiwerk.pipeline.import_tau2 import Tau2Files, import_tau2
    from kiwerk.report.importing import format_importing

    given = Tau2Files(policy, tasks, trajectories)
    importing = import_tau2(repo, given, company=company, model=model, now=now)
    click.echo(format_importing(importing, style), nl=False)
