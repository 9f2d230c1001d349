"""`kiwerk merge`."""

from __future__ import annotations

from pathlib import Path

import click

from kiwerk.cli import options
from kiwerk.errors import ExitCode


@click.command
@click.argument("places", nargs=-1, required=True, type=click.Path(path_type=Path), metavar="DIR|FILE...")
@options.output("text", "json")
@options.repo
def command(places: tuple[Path, ...], style: str, repo: Path) -> int:
    """Unite the records of several machines in this repository's.

    In a DIR every store.sqlite3 is found, at whatever depth, so that a folder of downloaded artifacts will do. Name
    all the shards of a plan at once: they become one run. The order does not matter, and once more changes nothing.

    A part that is missing, was not finished, or was run twice is named by its number: the run is not complete then,
    and the exit code is 1. What is good enough, `kiwerk gate` says.

    \b
    Examples:
      kiwerk merge shards/ && kiwerk gate --env production
      kiwerk merge a/.kiwerk/store.sqlite3 b/.kiwerk/store.sqlite3
    """
    from kiwerk.pipeline.merge import merge
    from kiwerk.report.merging import format_merging

    merging = merge(repo, places)
    click.echo(format_merging(merging, style), nl=False)
    return ExitCode.FINE if merging.is_whole else ExitCode.REFUSED
