"""What exists and what depends on what: as a list, as a picture in Mermaid or DOT, or one document in full.

Mermaid: https://mermaid.js.org/syntax/flowchart.html. DOT: https://graphviz.org/doc/info/lang.html.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from rich.text import Text

from kiwerk.language.phrase import count
from kiwerk.report.layout import draw

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from kiwerk.graph import Node
    from kiwerk.record.catalogue import Entry, Neighbours


def format_entries(entries: Sequence[Entry], *, colour: bool) -> str:
    """The documents, a line each, in columns as wide as they need to be."""
    titles = [entry.title or (count(entry.cases, "case") if entry.cases is not None else "") for entry in entries]
    wide = max((len(entry.name) for entry in entries), default=0)
    title_wide = max(map(len, titles), default=0)
    lines = [
        Text.assemble(f"{entry.name:{wide}}   {title:{title_wide}}   ", (entry.path, "dim"), no_wrap=True)
        for entry, title in zip(entries, titles, strict=True)
    ]
    return draw(*lines, colour=colour)


def describe_entry(entry: Entry) -> dict[str, Any]:
    """A document as JSON data."""
    return entry.model_dump(mode="json", exclude={"cases"} if entry.cases is None else None)


def format_edges(edges: Sequence[tuple[Node, Node]], style: str) -> str:
    """Which document refers to which, as `mermaid` or `dot`."""
    names = {node: f"n{number}" for number, node in enumerate(dict.fromkeys(node for edge in edges for node in edge))}
    if style == "dot":
        nodes = [f'  {short} [label="{node}"];' for node, short in names.items()]
        arrows = [f"  {names[source]} -> {names[target]};" for source, target in edges]
        return "\n".join(["digraph kiwerk {", "  rankdir=LR;", *nodes, *arrows, "}"]) + "\n"
    nodes = [f'  {short}["{node}"]' for node, short in names.items()]
    arrows = [f"  {names[source]} --> {names[target]}" for source, target in edges]
    return "\n".join(["flowchart LR", *nodes, *arrows]) + "\n"


def format_neighbours(neighbours: Neighbours, procedure: str | None, *, colour: bool) -> str:
    """One document with its place among the others."""
    return draw(*_lines(neighbours, procedure), colour=colour)


def _lines(neighbours: Neighbours, procedure: str | None) -> Iterator[Text]:
    entry = neighbours.entry
    yield Text.assemble((entry.name, "bold"), f"  {entry.title or ''}")
    yield Text(entry.path, style="dim")
    if neighbours.description:
        yield Text(neighbours.description)
    for heading, others in (("refers to", neighbours.refers_to), ("referred to by", neighbours.referred_to_by)):
        yield Text(f"\n{heading}", style="cyan")
        yield from (Text(f"  {other.name}  {other.title or ''}".rstrip(), no_wrap=True) for other in others)
        if not others:
            yield Text("  nothing", style="dim")
    if procedure is not None:
        yield Text("\nas the model reads it", style="cyan")
        yield from (Text(f"  {line}", no_wrap=True) for line in procedure.splitlines())
