"""`kiwerk deploy`."""

from __future__ import annotations

import os
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import click

from kiwerk.cli import options
from kiwerk.cli.delivery import carry_out

if TYPE_CHECKING:
    from pathlib import Path


@click.command
@click.argument("environment", metavar="ENV")
@options.company
@options.evidence
@click.option("--dry-run", is_flag=True, help="Say what would happen, and change nothing.")
@options.output("text", "json")
@options.repo
def command(environment: str, company: str | None, evidence: Path | None, dry_run: bool, style: str, repo: Path) -> int:
    """Deploy what has valid evidence to an environment.

    Every agent needs signed, passing evidence for exactly what ships. The target is switched in one step, read back
    and compared. One refusal, and nothing is deployed.

    \b
    Examples:
      kiwerk deploy staging
      kiwerk deploy production --dry-run
    """
    from kiwerk.pipeline.deliver import evidence_folder, find_left_over, plan_deploys
    from kiwerk.pipeline.workspace import find_gate, must_prepare

    workspace = must_prepare(repo, datetime.now(UTC))
    gate = find_gate(workspace, environment)
    plans = plan_deploys(workspace, gate, company, os.environ, evidence or evidence_folder(repo))
    left_over = () if company else find_left_over(workspace.project, gate.environment)
    return carry_out(environment, plans, dry_run=dry_run, style=style, left_over=left_over)
