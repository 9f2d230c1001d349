"""`kiwerk show`."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import click

from kiwerk.cli import options

if TYPE_CHECKING:
    from pathlib import Path


@click.command
@click.argument("run", required=False)
@click.argument("case", required=False)
@click.option("--variant", metavar="ID", help="A counterexample of the case, or `reference` or `model`.")
@options.output("text", "json")
@options.repo
def command(run: str | None, case: str | None, variant: str | None, style: str, repo: Path) -> None:
    """Read the conversations of a run: calls, state changes, and each judgement at its turn.

    RUN is a run's id or the beginning of it, or `last`. CASE is a case's id, with or without its suite. Without CASE
    the conversations that went wrong are shown, or a list of all where none did.

    \b
    Examples:
      kiwerk show
      kiwerk show last dienstag-halb-drei
      kiwerk show last dienstag-halb-drei --variant geduzt
    """
    from kiwerk.pipeline.show import find_conversations
    from kiwerk.report.transcript_text import format_index, format_transcript

    colour = options.use_colour()
    shown = find_conversations(repo, None if run in (None, "last") else run, case, variant)
    if style == "json":
        items = [
            {"result": result.model_dump(mode="json"), "transcript": transcript and transcript.model_dump(mode="json")}
            for result, transcript in shown.conversations
        ]
        click.echo(
            json.dumps({"version": 1, "run": shown.run.id, "conversations": items}, ensure_ascii=False, indent=2)
        )
    elif shown.is_index:
        click.echo(format_index(shown.run, colour=colour), nl=False)
    else:
        parts = [format_transcript(result, transcript, colour=colour) for result, transcript in shown.conversations]
        click.echo("\n".join(parts), nl=False)
