"""`kiwerk attest`."""

from __future__ import annotations

import os
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import click

from kiwerk.cli import options
from kiwerk.errors import ExitCode

if TYPE_CHECKING:
    from pathlib import Path


@click.command
@options.env
@options.evidence
@options.output("text", "json")
@options.repo
def command(environment: str, evidence: Path | None, style: str, repo: Path) -> int:
    """Sign evidence for every agent that passes the gate.

    The private key is $KIWERK_SIGNING_KEY (`kiwerk keys` makes one). An agent that does not pass gets none, and the
    command exits 1.

    \b
    Example:
      KIWERK_SIGNING_KEY=… kiwerk attest --env production
    """
    from kiwerk.pipeline.deliver import attest_agents, evidence_folder
    from kiwerk.pipeline.workspace import find_gate, must_prepare
    from kiwerk.report.delivery_json import format_json
    from kiwerk.report.verdict_text import format_verdicts

    workspace = must_prepare(repo, datetime.now(UTC))
    gate = find_gate(workspace, environment)
    attested = attest_agents(workspace, gate, os.environ, evidence or evidence_folder(repo))
    refused = [verdict for verdict, path in attested if path is None]
    code = ExitCode.REFUSED if refused or not attested else ExitCode.FINE
    if style == "json":
        shown = [
            {
                "agent": verdict.agent,
                "signed": None if path is None else str(path),
                "verdict": verdict.model_dump(mode="json"),
            }
            for verdict, path in attested
        ]
        click.echo(format_json(environment, {"agents": shown}), nl=False)
        return code
    for verdict, path in attested:
        if path is not None:
            click.echo(f"signed {verdict.agent}: {path}")
    if refused:
        click.echo(format_verdicts(refused, colour=options.use_colour()), nl=False)
    return code
