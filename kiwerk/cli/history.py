"""`kiwerk history`."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

import click

from kiwerk.cli import options

if TYPE_CHECKING:
    from datetime import datetime
    from pathlib import Path

_FORMATS = ("text", "markdown", "json", "html")


@click.command
@click.argument("agent")
@options.output(*_FORMATS)
@options.reports(*_FORMATS)
@options.repo
@options.now
def command(agent: str, style: str, written: tuple[tuple[str, Path], ...], repo: Path, now: datetime) -> None:
    """Tell the documented development of an agent, newest first.

    Releases to each environment, changes of the documents it is made of with author and reason (the commit's message,
    through renames), what stored runs measured, who vouched for it, and what policies let pass. Nothing is judged
    anew.

    \b
    Examples:
      kiwerk history praxis-weber/empfang
      kiwerk history empfang --report html=empfang.html
    """
    from kiwerk.pipeline.history import trace_history
    from kiwerk.report.history import format_history

    history = trace_history(repo, agent, now)
    click.echo(format_history(history, style, colour=options.use_colour()), nl=False)
    options.write_reports(written, partial(format_history, history, colour=False))
