"""`kiwerk graph`."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import click

from kiwerk.cli import options

if TYPE_CHECKING:
    from pathlib import Path


@click.command
@click.argument("document", required=False)
@options.output("mermaid", "dot", "json")
@options.repo
def command(document: str | None, style: str, repo: Path) -> None:
    """Draw what depends on what.

    With DOCUMENT (kind:id, an id or a local name) only what it reaches and what reaches it.

    \b
    Examples:
      kiwerk graph
      kiwerk graph process:praxis-weber/notfall
      kiwerk graph --format dot | dot -Tsvg > graph.svg
    """
    from kiwerk.pipeline.catalogue import load_catalogue
    from kiwerk.report.catalogue import format_edges

    catalogue = load_catalogue(repo)
    edges = catalogue.select_edges(catalogue.find(document) if document else None)
    if style == "json":
        shown = {"version": 1, "edges": [{"from": str(source), "to": str(target)} for source, target in edges]}
        click.echo(json.dumps(shown, ensure_ascii=False, indent=2))
    else:
        click.echo(format_edges(edges, style), nl=False)
