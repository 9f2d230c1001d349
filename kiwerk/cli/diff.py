"""`kiwerk diff`."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from kiwerk.cli import options
from kiwerk.errors import ExitCode

if TYPE_CHECKING:
    from datetime import datetime
    from pathlib import Path


@click.command
@click.argument("base")
@click.argument("head", required=False)
@options.output("text", "json", "markdown")
@options.repo
@options.now
def command(base: str, head: str | None, style: str, repo: Path, now: datetime) -> int:
    """Show what a change makes agents do differently.

    What they may do, how their cases went at BASE and at HEAD by the stored samples of both, what they are told, and
    the documents value by value; comments, order and formatting are no change. Git's objects are read, nothing is
    checked out.

    Exits 1 where the gate, or what it looks at, is weakened and no entry in the log of a policy says who decided so.

    BASE and HEAD are revisions. Without HEAD the working tree is compared with the commit at which it left BASE.

    \b
    Examples:
      kiwerk diff origin/main
      kiwerk diff v1.4 v1.5 --format json
    """
    from kiwerk.pipeline.compare import compare
    from kiwerk.report.comparison import format_comparison

    comparison = compare(repo, base, head, now)
    click.echo(format_comparison(comparison, style, colour=options.use_colour()), nl=False)
    return ExitCode.REFUSED if any(item.reason is None for item in comparison.weakenings) else ExitCode.FINE
