"""`kiwerk init`."""

from __future__ import annotations

import json
import shlex
from pathlib import Path
from typing import TYPE_CHECKING

import click

from kiwerk.cli import options

if TYPE_CHECKING:
    from datetime import datetime


@click.command
@click.argument("folder", type=click.Path(path_type=Path), metavar="[DIR]", default=Path())
@options.output("text", "json")
@options.now_for("Day from which the dates in the new documents count.")
def command(folder: Path, style: str, now: datetime) -> None:
    """Write a repository to start from: one company, one agent, cases that pass.

    \b
    Example:
      kiwerk init praxis
    """
    from kiwerk.pipeline.init import write_starter

    files = write_starter(folder, now)
    if style == "json":
        described = [{"path": name, "written": is_new} for name, is_new in files.items()]
        click.echo(json.dumps({"version": 1, "folder": str(folder), "files": described}, indent=2))
        return
    for name, is_new in files.items():
        click.echo(f"{'wrote' if is_new else 'kept'} {folder / name}")
    there = "" if folder == Path() else f"cd {shlex.quote(str(folder))} && "
    click.echo(f"\nNext: {there}kiwerk eval")
