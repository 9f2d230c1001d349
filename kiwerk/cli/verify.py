"""`kiwerk verify`."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from kiwerk.cli import options
from kiwerk.errors import ExitCode

if TYPE_CHECKING:
    from datetime import datetime
    from pathlib import Path


@click.command
@options.env
@options.evidence
@options.output("text", "json")
@options.repo
@options.now
def command(environment: str, evidence: Path | None, style: str, repo: Path, now: datetime) -> int:
    """Tell whether the evidence allows a deploy, and why not.

    Checked are the signature, the digest of what ships, where the samples come from and how old they are, and the
    verdict, judged again from the signed scores under today's policy.

    \b
    Example:
      kiwerk verify --env production
    """
    from kiwerk.pipeline.deliver import evidence_folder, verify_agents
    from kiwerk.pipeline.workspace import find_gate, must_prepare
    from kiwerk.report.delivery_json import describe_evidence, format_json
    from kiwerk.report.delivery_text import format_evidence

    workspace = must_prepare(repo, now)
    verdicts = verify_agents(workspace, find_gate(workspace, environment), evidence or evidence_folder(repo))
    if style == "json":
        click.echo(format_json(environment, {"agents": [describe_evidence(item) for item in verdicts]}), nl=False)
    else:
        click.echo(format_evidence(verdicts, environment, colour=options.use_colour()), nl=False)
    return ExitCode.FINE if verdicts and all(item.accepted for item in verdicts) else ExitCode.REFUSED
