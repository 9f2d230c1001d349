"""`kiwerk check`."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from kiwerk.cli import options
from kiwerk.errors import ExitCode

if TYPE_CHECKING:
    from datetime import datetime


@click.command
@click.argument("paths", nargs=-1, type=click.Path(path_type=Path))
@options.output("text", "json", "github", "sarif")
@options.repo
@options.now
def command(paths: tuple[Path, ...], style: str, repo: Path, now: datetime) -> int:
    """Find everything that is wrong with the files, in one run.

    The whole repository is read, since one file may break another; with PATH, only findings in these files and folders
    are shown. Errors exit 1; warnings do not.

    \b
    Examples:
      kiwerk check
      kiwerk check processes/praxis-weber
      kiwerk check --format github
    """
    from kiwerk.finding import Severity
    from kiwerk.pipeline.workspace import check, select_findings
    from kiwerk.report.findings import format_findings

    project, findings = check(repo, now)
    shown = select_findings(project, findings, paths)
    click.echo(format_findings(shown, project.sources, style, colour=options.use_colour()), nl=False)
    return ExitCode.REFUSED if any(item.severity is Severity.ERROR for item in shown) else ExitCode.FINE
