"""The documented development of an agent, as text for a terminal and as Markdown for a file or a wiki."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rich.text import Text

from kiwerk.report.cells import show_text
from kiwerk.report.evaluation_markdown import escape_markdown
from kiwerk.report.layout import draw, hang

if TYPE_CHECKING:
    from collections.abc import Iterator

    from kiwerk.record.history import Event, EventKind, History, Standing

MARKS: dict[EventKind, str] = {
    "release": "released",
    "change": "changed",
    "result": "measured",
    "approval": "vouched for",
    "decision": "decided",
}
"""What each kind of event is called beside its day."""
_INDENT = 30
"""Where the sentence of an event begins."""


def format_history(history: History, style: str, *, colour: bool) -> str:
    """The history as `text`, `markdown`, `json` or `html`."""
    if style == "json":
        return history.model_dump_json(indent=2) + "\n"
    if style == "markdown":
        return "\n".join(_markdown(history)).rstrip() + "\n"
    if style == "html":
        # brings a template engine, which nobody else needs
        from kiwerk.report.page import render_page

        values = {"title": f"kiwerk history: {history.agent}", "history": history, "marks": MARKS}
        return render_page("history.html", values)
    return draw(*_text(history), colour=colour)


def describe_standing(item: Standing) -> str:
    """An exception in one sentence."""
    word = "ended on" if item.is_over else "until"
    return f"{item.policy}.{item.rule} leaves out {item.select} {word} {item.until}: {item.reason} ({item.owner})"


def _text(history: History) -> Iterator[Text]:
    yield Text.assemble(("kiwerk history", "bold"), f"  {history.agent}", f"  {history.title or ''}")
    yield Text()
    if history.exceptions:
        yield Text("Exceptions", style="bold")
        yield from (hang(show_text(describe_standing(item)), indent=2) for item in history.exceptions)
        yield Text()
    if not history.events:
        yield Text("Nothing is documented yet")
    for event in history.events:
        who = f"  {show_text(event.who)}" if event.who else ""
        yield Text.assemble(
            (f"{event.at:%Y-%m-%d %H:%M}", "dim"),
            f"  {MARKS[event.kind]:<11} ",
            (show_text(event.title), "bold"),
            who,
            no_wrap=True,
        )
        if event.reason:
            yield hang(show_text(event.reason), indent=_INDENT)
        yield from (hang((show_text(line), "dim"), indent=_INDENT) for line in _details(event))
    yield from (Text(f"\nNote: {show_text(note)}", style="yellow") for note in history.notes)


def _markdown(history: History) -> Iterator[str]:
    title = f": {history.title}" if history.title else ""
    yield f"# {escape_markdown(history.agent + title)}"
    yield ""
    if history.exceptions:
        yield "## Exceptions"
        yield ""
        yield from (f"- {escape_markdown(describe_standing(item))}" for item in history.exceptions)
        yield ""
    yield "## Development"
    yield ""
    for event in history.events:
        who = f", {escape_markdown(event.who)}" if event.who else ""
        yield f"- {event.at:%Y-%m-%d %H:%M} {MARKS[event.kind]}: **{escape_markdown(event.title)}**{who}"
        yield from (f"  - {escape_markdown(line)}" for line in ([event.reason] if event.reason else []))
        yield from (f"  - {escape_markdown(line)}" for line in _details(event))
    yield ""
    yield from (f"> {escape_markdown(note)}\n" for note in history.notes)


def _details(event: Event) -> tuple[str, ...]:
    """What exactly, with what it is found by: of digests the beginning."""
    if event.reference is None:
        return event.details
    short = event.reference if event.kind == "result" else event.reference[:12]
    words = {"change": "commit", "result": "run", "release": "release"}
    return event.details if event.kind == "approval" else (*event.details, f"{words.get(event.kind, '')} {short}")
