"""`kiwerk new`."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from kiwerk.cli import options
from kiwerk.errors import ExitCode

if TYPE_CHECKING:
    from datetime import datetime
    from pathlib import Path


@click.command
@click.argument("kind")
@click.argument("identity", metavar="ID")
@options.repo
@options.now
def command(kind: str, identity: str, repo: Path, now: datetime) -> int:
    """Write a new document to start from, each field explained by a comment.

    KIND is organization, agent, toolset, facts, process, suite, judge, environment, policy or prices. ID is the path
    below the kind's folder without .yaml; its first part is the company. References lead to documents the company
    has. Nothing is ever overwritten. Where `kiwerk check` finds errors in what was written, they are shown, and the
    exit code is 1.

    \b
    Examples:
      kiwerk new organization firma-muster/organization
      kiwerk new agent firma-muster/empfang
      kiwerk new suite firma-muster/empfang
    """
    from kiwerk.finding import Severity
    from kiwerk.pipeline.new import create_document
    from kiwerk.report.findings import format_findings

    created = create_document(repo, kind, identity, now)
    click.echo(f"wrote {created.path}")
    if created.findings:
        click.echo()
        sources = {created.path: created.project.sources[created.path]}
        click.echo(format_findings(created.findings, sources, "text", colour=options.use_colour()), nl=False)
    if any(finding.severity is Severity.ERROR for finding in created.findings):
        click.echo(f"\nNext: mend {created.path} as said above, then `kiwerk check`")
        return ExitCode.REFUSED
    return ExitCode.FINE
