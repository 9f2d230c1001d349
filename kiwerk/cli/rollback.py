"""`kiwerk rollback`."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

import click

from kiwerk.cli import options
from kiwerk.cli.delivery import carry_out

if TYPE_CHECKING:
    from pathlib import Path


@click.command
@click.argument("environment", metavar="ENV")
@click.option("--to", metavar="RELEASE", help="Digest of a release that was deployed there, or its beginning.")
@options.company
@options.evidence
@click.option("--dry-run", is_flag=True, help="Say what would happen, and change nothing.")
@options.output("text", "json")
@options.repo
def command(
    environment: str,
    to: str | None,
    company: str | None,
    evidence: Path | None,
    dry_run: bool,
    style: str,
    repo: Path,
) -> int:
    """Go back to what was deployed before.

    Signature, digests and revocation are checked, the samples' age is not; facts that have expired since are listed.
    Nothing but the environment's own file has to be right: a way back does not wait for the others.

    \b
    Examples:
      kiwerk rollback production
      kiwerk rollback production --to 4f2c81d0
    """
    from kiwerk.pipeline.deliver import evidence_folder, plan_rollbacks

    plans = plan_rollbacks(repo, environment, company, to, os.environ, evidence or evidence_folder(repo))
    return carry_out(environment, plans, dry_run=dry_run, style=style)
