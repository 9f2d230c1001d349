"""`kiwerk show`."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import click

from kiwerk.cli import options

if TYPE_CHECKING:
    from pathlib import Path


@click.command
@click.argument("run", required=False, metavar="[RUN | KIND:ID]")
@click.argument("case", required=False)
@click.option("--variant", metavar="ID", help="A counterexample of the case, or `reference` or `model`.")
@options.output("text", "json")
@options.repo
def command(run: str | None, case: str | None, variant: str | None, style: str, repo: Path) -> None:
    """Read the conversations of a run, or one document.

    Conversations come with calls, state changes, and each judgement at its turn. RUN is a run's id or the beginning of
    it, `run:ID`, or `last`. CASE is a case's id, with or without its suite. Without CASE the conversations that went
    wrong are shown, or a list of all where none did.

    A document is named with its kind, such as agent:praxis-weber/empfang; shown is what it refers to and what refers
    to it, and of a process what the model reads.

    \b
    Examples:
      kiwerk show
      kiwerk show last dienstag-halb-drei --variant geduzt
      kiwerk show process:praxis-weber/terminvereinbarung
    """
    if run is not None and ":" in run and not run.startswith("run:"):
        show_document(run, style, repo)
        return
    run = run.removeprefix("run:") if run else None
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


def show_document(name: str, style: str, repo: Path) -> None:
    """Show one document with its place among the others."""
    from kiwerk.pipeline.catalogue import load_catalogue
    from kiwerk.render.procedure import render_procedure
    from kiwerk.report.catalogue import describe_entry, format_neighbours
    from kiwerk.spec import Process

    catalogue = load_catalogue(repo)
    node = catalogue.find(name)
    neighbours, spec = catalogue.neighbours(node), catalogue.content(node)
    if style == "json":
        shown = {
            "version": 1,
            "document": describe_entry(neighbours.entry),
            "refers_to": [describe_entry(entry) for entry in neighbours.refers_to],
            "referred_to_by": [describe_entry(entry) for entry in neighbours.referred_to_by],
            "content": spec.model_dump(mode="json", by_alias=True, exclude_defaults=True),
        }
        click.echo(json.dumps(shown, ensure_ascii=False, indent=2))
        return
    procedure = render_procedure(spec, "de") if isinstance(spec, Process) else None
    click.echo(format_neighbours(neighbours, procedure, colour=options.use_colour()), nl=False)
