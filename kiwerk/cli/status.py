"""`kiwerk status`."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from kiwerk.cli import options
from kiwerk.errors import ExitCode

if TYPE_CHECKING:
    from pathlib import Path


@click.command
@click.argument("environment", metavar="ENV")
@options.company
@options.output("text", "json")
@options.repo
def command(environment: str, company: str | None, style: str, repo: Path) -> int:
    """Tell what is deployed, since when, and whether it is still what was sent.

    The target is read back; drift, missing evidence and revocations exit 1.

    \b
    Example:
      kiwerk status production
    """
    from kiwerk.pipeline.deliver import read_statuses
    from kiwerk.report.delivery_json import describe_status, format_json
    from kiwerk.report.delivery_text import format_statuses

    statuses = read_statuses(repo, environment, company)
    if style == "json":
        click.echo(format_json(environment, {"companies": [describe_status(item) for item in statuses]}), nl=False)
    else:
        click.echo(format_statuses(statuses, colour=options.use_colour()), nl=False)
    return ExitCode.FINE if all(item.intact for item in statuses) else ExitCode.REFUSED
