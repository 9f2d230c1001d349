"""`kiwerk release`."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from kiwerk.cli import options

if TYPE_CHECKING:
    from datetime import datetime
    from pathlib import Path


@click.command
@options.env
@options.company
@options.output("text", "json")
@options.repo
@options.now
def command(environment: str, company: str | None, style: str, repo: Path, now: datetime) -> None:
    """Show what would be deployed: each agent with the digest of exactly what ships.

    \b
    Example:
      kiwerk release --env production
    """
    from kiwerk.pipeline.deliver import build_releases
    from kiwerk.pipeline.workspace import find_gate, must_prepare
    from kiwerk.report.delivery_json import describe_release, format_json
    from kiwerk.report.delivery_text import format_releases

    workspace = must_prepare(repo, now)
    releases = build_releases(workspace, find_gate(workspace, environment), company)
    if style == "json":
        click.echo(format_json(environment, {"releases": [describe_release(*item) for item in releases]}), nl=False)
    else:
        click.echo(format_releases(releases, colour=options.use_colour()), nl=False)
