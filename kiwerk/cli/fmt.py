"""`kiwerk fmt`."""

from __future__ import annotations

from pathlib import Path

import click

from kiwerk.cli import options
from kiwerk.errors import ExitCode


@click.command
@click.argument("paths", nargs=-1, type=click.Path(path_type=Path))
@click.option("--check", is_flag=True, help="Change nothing; exit 1 where a file is not in canonical style.")
@click.option("--diff", is_flag=True, help="Change nothing; show what would change.")
@options.output("text", "json")
@options.repo
def command(paths: tuple[Path, ...], check: bool, diff: bool, style: str, repo: Path) -> int:
    """Bring documents into canonical style; comments, quotes and line breaks stay.

    Keys get the order of the reference, with free-form data left alone; levels are indented by two spaces; blanks at
    the end of lines go. A file that cannot be read, or a place that cannot be mended safely, is left as it is and
    named. With PATH, only these files and folders.

    \b
    Examples:
      kiwerk fmt
      kiwerk fmt --check
      kiwerk fmt --diff agents/praxis-weber
    """
    from kiwerk.pipeline.fmt import format_files
    from kiwerk.report.formatting import format_fmt_json, format_fmt_text

    report = format_files(repo, paths, write=not (check or diff))
    if style == "json":
        click.echo(format_fmt_json(report), nl=False)
    else:
        click.echo(format_fmt_text(report, check=check or diff, diff=diff), nl=False)
    return ExitCode.REFUSED if report.findings or (check and report.changed) else ExitCode.FINE
