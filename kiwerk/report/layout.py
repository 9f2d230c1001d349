"""Drawing with rich into a string: the one place that knows about width and colour."""

from __future__ import annotations

import io
import shutil

from rich.console import Console, RenderableType
from rich.text import Text

WIDTH = 100
"""Reports are laid out for 100 columns: what fits a terminal beside an editor, and a pull request's code block."""


def draw(*parts: RenderableType, colour: bool) -> str:
    """The parts one below the other, without trailing blanks; plain text unless colour is wanted.

    A `Text` that says `no_wrap` keeps its lines, however long.
    """
    buffer = io.StringIO()
    width = min(WIDTH, max(60, shutil.get_terminal_size((WIDTH, 40)).columns)) if colour else WIDTH
    console = Console(
        file=buffer,
        width=width,
        force_terminal=colour,
        color_system="standard" if colour else None,
        highlight=False,
        soft_wrap=False,
        markup=False,
        emoji=False,
        legacy_windows=False,
    )
    for part in parts:
        console.print(part, soft_wrap=isinstance(part, Text) and part.no_wrap is True)
    return "\n".join(line.rstrip() for line in buffer.getvalue().splitlines()) + "\n"


def hang(*pieces: str | tuple[str, str], indent: int) -> Text:
    """A paragraph whose first line starts at `indent` columns, and every further one two columns deeper."""
    text = Text.assemble(*pieces)
    lines = text.wrap(Console(width=WIDTH, file=io.StringIO()), WIDTH - indent - 2)
    result = Text(no_wrap=True)
    for number, line in enumerate(lines):
        line.rstrip()
        result.append("\n" if number else "").append(" " * (indent + 2 * (number > 0))).append_text(line)
    return result
