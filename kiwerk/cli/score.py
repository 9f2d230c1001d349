"""`kiwerk score`."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

import click

from kiwerk.cli import options
from kiwerk.errors import ExitCode

if TYPE_CHECKING:
    from datetime import datetime
    from pathlib import Path


@click.command
@click.argument("run", required=False)
@options.base_url
@options.judge_provider
@options.output("text", "json", "markdown")
@options.repo
@options.now
def command(run: str | None, base_url: str | None, provider: str | None, style: str, repo: Path, now: datetime) -> int:
    """Judge a stored run by today's expectations.

    No conversation is held: shown is what passed and fails now, or the other way round, with the expectation or rule
    that made the difference. Votes of judges are used as they were cast; with an endpoint (key in $KIWERK_API_KEY)
    those that are missing are asked for and kept. RUN is a run's id or the beginning of it, or `last`.

    A conversation is refused where the situation is another today, or what a person wrote for the agent's side: it
    says nothing about the case as it is now. Exits 1 where anything failed, could not be judged or was refused.

    \b
    Examples:
      kiwerk score
      kiwerk score 20261125T182813 --format markdown
    """
    from kiwerk.pipeline.models import find_access
    from kiwerk.pipeline.rescore import is_sound, rescore
    from kiwerk.pipeline.workspace import must_prepare
    from kiwerk.report.rescoring import format_rescoring

    workspace = must_prepare(repo, now)
    name = run.removeprefix("run:") if run else None
    rescoring, findings = rescore(
        workspace, None if name in (None, "last") else name, find_access(base_url, os.environ, provider=provider)
    )
    sources = workspace.project.sources
    click.echo(format_rescoring(rescoring, findings, sources, style, colour=options.use_colour()), nl=False)
    return ExitCode.FINE if is_sound(rescoring, findings) else ExitCode.REFUSED
