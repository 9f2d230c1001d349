"""One line of a file with a stretch of it underlined."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from kiwerk.check.secret_text import mask_secrets
from kiwerk.report.cells import count_cells, show_character

if TYPE_CHECKING:
    from kiwerk.finding import Span

WIDTH = 120
"""Most cells of a line that are shown."""
_BEFORE = 30
"""Cells kept before the stretch where a line is cut."""
_CUT = "…"


@dataclass(frozen=True, slots=True)
class Excerpt:
    """A line as shown, and what is underlined in it."""

    line: str
    indent: int
    """Cells before the stretch."""
    length: int
    """Cells of the stretch, at least 1: an empty one is the place before a character."""


def cut_excerpt(text: str, span: Span) -> Excerpt:
    """The first line of a span, cut where it is long so that the span's beginning can be seen; secrets are masked.

    Args:
        text: the line, without its end.
        span: what to underline; of several lines, all from its beginning to the end of the first.
    """
    text = mask_secrets(text)
    begin = min(max(span.column - 1, 0), len(text))
    end = min(span.end_column - 1, len(text)) if span.end_line == span.line else len(text)
    shown: list[str] = []
    cells = [0]
    for character in text:
        shown.append(show_character(character, cells[-1]))
        cells.append(cells[-1] + count_cells(shown[-1]))
    first, last = _window(cells, begin, end)
    prefix = _CUT if first else ""
    suffix = _CUT if last < len(text) else ""
    indent = len(prefix) + cells[begin] - cells[first]
    length = max(1, cells[min(max(end, begin), last)] - cells[begin])
    return Excerpt(f"{prefix}{''.join(shown[first:last])}{suffix}".rstrip(), indent, length)


def _window(cells: list[int], begin: int, end: int) -> tuple[int, int]:
    """First character shown and the first one behind; `cells` says where each begins."""
    count = len(cells) - 1
    if cells[-1] <= WIDTH:
        return 0, count
    # the whole stretch where it fits, its beginning where not
    first = begin
    if cells[end] > WIDTH:
        while first > 0 and cells[begin] - cells[first - 1] <= _BEFORE:
            first -= 1
    else:
        first = 0
    last = first
    while last < count and cells[last + 1] - cells[first] <= WIDTH:
        last += 1
    return first, last
