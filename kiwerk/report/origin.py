"""A prompt with the place of each of its parts beside it, to read and as plain data."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from rich.text import Text

from kiwerk.report.cells import show_text
from kiwerk.report.layout import draw

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from kiwerk.render.origin import Part, Place


def format_parts(parts: Sequence[Part], holes: Mapping[str, str], *, colour: bool) -> str:
    """The prompt, one row for each part: `|` begins a line of the prompt, `+` goes on with it."""
    width = max((len(str(part.place)) for part in parts), default=0)
    return draw(*_rows(parts, holes, width), colour=colour)


def format_parts_json(parts: Sequence[Part]) -> list[dict[str, Any]]:
    """The parts as plain data: `text` or `hole`, `path`, `line`, and what was `read` where the words are nobody's."""
    return [
        {
            **({"hole": part.hole} if part.text is None else {"text": part.text}),
            **_plain(part.place),
            "reads": [_plain(place) for place in part.reads],
        }
        for part in parts
    ]


def _plain(place: Place) -> dict[str, Any]:
    return {"path": place.path, "line": place.line}


def _rows(parts: Sequence[Part], holes: Mapping[str, str], width: int) -> Iterator[Text]:
    begins = True
    for part in parts:
        if part.text is None:
            yield _row(part, f"⟨{part.hole}: {holes[part.hole or '']}⟩", width, begins=begins)
            begins = False
            continue
        for line in _split_lines(part.text):
            # the bare end of a line is no row of its own
            if begins or line != "\n":
                yield _row(part, line.removesuffix("\n"), width, begins=begins)
            begins = line.endswith("\n")


def _split_lines(text: str) -> Iterator[str]:
    *ended, rest = text.split("\n")
    yield from (f"{line}\n" for line in ended)
    if rest:
        yield rest


def _row(part: Part, text: str, width: int, *, begins: bool) -> Text:
    row = Text.assemble(
        (str(part.place).ljust(width), "dim"),
        (" | " if begins else " + ", "cyan"),
        (show_text(text), "bold yellow" if part.text is None else ""),
        no_wrap=True,
    )
    if part.reads:
        row.append(f"  ← {', '.join(map(str, part.reads))}", "dim")
    return row
