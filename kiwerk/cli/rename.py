"""`kiwerk rename`."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from kiwerk.cli import options

if TYPE_CHECKING:
    from datetime import datetime
    from pathlib import Path


@click.command
@click.argument("old")
@click.argument("new")
@click.option("--dry-run", is_flag=True, help="Change nothing; show the difference.")
@options.output("text", "json")
@options.repo
@options.now
def command(old: str, new: str, dry_run: bool, style: str, repo: Path, now: datetime) -> None:
    """Call a document or a case otherwise, everywhere, with its history kept in `formerly`.

    OLD is an id, with its kind before it where several documents have it; a case is suite#case. NEW is the id
    afterwards, or only its last part. The file moves; references, operation labels, states, selectors and what prompts
    read are mended where they stand, and nothing else changes. It is tried out on a copy first: a renaming that would
    bring a finding is refused.

    \b
    Examples:
      kiwerk rename toolset:praxis-weber/kalender terminkalender
      kiwerk rename praxis-weber/oeffnungszeiten sprechzeiten --dry-run
      kiwerk rename case:praxis-weber/empfang#dienstag-halb-drei halb-drei
    """
    from kiwerk.pipeline.rename import carry_out, prepare_renaming
    from kiwerk.report.renaming import format_renaming_json, format_renaming_text

    renamed = prepare_renaming(repo, old, new, now)
    if not dry_run:
        carry_out(repo, renamed.plan)
    if style == "json":
        click.echo(format_renaming_json(renamed, dry_run=dry_run), nl=False)
    else:
        click.echo(format_renaming_text(renamed, dry_run=dry_run), nl=False)
