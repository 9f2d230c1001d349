"""`kiwerk list`."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import click

from kiwerk.cli import options

if TYPE_CHECKING:
    from pathlib import Path

KINDS = ("organization", "agent", "toolset", "facts", "environment", "process", "suite", "policy")


class _Kind(click.Choice[str]):
    """A kind in any case; a mistyped one is answered as everywhere else."""

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> str:
        """The kind as documents write it."""
        from kiwerk.load.kind import find_kind

        del param, ctx
        return find_kind(value)


@click.command
@click.argument("kind", required=False, type=_Kind(KINDS, case_sensitive=False))
@options.output("text", "json")
@options.repo
def command(kind: str | None, style: str, repo: Path) -> None:
    """List what exists: every document with its title and file.

    \b
    Examples:
      kiwerk list
      kiwerk list process
    """
    from kiwerk.pipeline.catalogue import load_catalogue
    from kiwerk.report.catalogue import describe_entry, format_entries

    entries = load_catalogue(repo).entries(kind)
    if style == "json":
        shown = {"version": 1, "documents": [describe_entry(entry) for entry in entries]}
        click.echo(json.dumps(shown, ensure_ascii=False, indent=2))
    else:
        click.echo(format_entries(entries, colour=options.use_colour()), nl=False)
