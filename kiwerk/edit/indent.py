"""Indentation: two spaces a level, lists one level deeper than their key, one space behind a dash.

Whole lines move to the right or the left, with all that continues below them; nothing within a line changes but what
stands between a dash and its item.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from dataclasses import dataclass, field
from itertools import pairwise
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from kiwerk.edit.tree import Part

STEP = 2

_EXPLICIT = re.compile(r"[|>][+-]?[1-9]|[|>][1-9]")
_DASH = re.compile(r"- *")
_OUTER = re.compile(r"-(?=\s)")


@dataclass(slots=True)
class _Line:
    """What is known of a line in which something begins."""

    start: int
    shift: int
    """Columns by which it moves to the right."""
    below: int
    """The same for lines that continue it."""
    columns: dict[int, int]
    """Shift of each block that is open here, by its column: what a comment's indentation is compared with."""
    gaps: list[tuple[int, int]] = field(default_factory=list)
    """Stretches behind dashes that become one space."""


def indent_lines(root: Part, text: str) -> str:
    """The text with canonical indentation; as it is where keys begin with question marks."""
    plan = _Plan(text)
    if not root.is_block or not plan.visit(root, 0, {}):
        return text
    if not any(line.shift or line.below or line.gaps for line in plan.lines.values()) and not plan.texts:
        return text
    return plan.write()


class _Plan:
    def __init__(self, text: str) -> None:
        self.text = text
        self.lines: dict[int, _Line] = {}
        self.texts: list[tuple[int, int, int]] = []
        """Block scalars whose lines move otherwise than their key: from, to, shift."""

    def visit(self, part: Part, wanted: int, outer: dict[int, int]) -> bool:
        """Plan a block whose entries shall begin in a column; whether it can be done."""
        dashes = self._dashes(part) if part.kind == "sequence" else [entry.start for entry in part.entries]
        if not dashes or None in dashes:
            return not part.entries
        column = self._column(dashes[0] or 0)
        shift = wanted - column
        columns = {**outer, column: shift}
        for entry, mark in zip(part.entries, dashes, strict=True):
            if mark is None or not self._add(mark, shift, columns):
                return False
            value = entry.value
            if part.kind == "sequence":
                self._close_gap(mark)
            if value.is_block and not self.visit(value, wanted + STEP, columns):
                return False
            if value.style in ("|", ">"):
                self._add_text(value, wanted + STEP, shift)
        return True

    def _column(self, mark: int) -> int:
        return mark - (self.text.rfind("\n", 0, mark) + 1)

    def _dashes(self, part: Part) -> list[int | None]:
        """Where the dashes of a list stand; all of them in the column of the first."""
        first = part.start
        if self.text[first : first + 1] != "-":
            # behind an anchor, or in libyaml's count behind an outer dash
            match = _OUTER.search(self.text, first, max(part.entries[0].end, first) + 1)
            if match is None:
                return [None]
            first = match.start()
        column = self._column(first)
        found: list[int | None] = [first]
        for one, other in pairwise(part.entries):
            position = self.text.find("\n", one.end)
            dash = None
            while dash is None and 0 <= position < max(other.start, other.end):
                place = position + 1 + column
                if self.text[position + 1 : place].strip() == "" and self.text[place : place + 1] == "-":
                    dash = place
                position = self.text.find("\n", position + 1)
            found.append(dash)
        return found

    def _add(self, mark: int, shift: int, columns: dict[int, int]) -> bool:
        start = self.text.rfind("\n", 0, mark) + 1
        line = self.lines.get(start)
        if line is not None:
            # the first entry of a block that begins behind a dash
            line.below, line.columns = shift, columns
            return True
        if self.text[start:mark].strip(" "):
            return False
        self.lines[start] = _Line(start, shift, shift, columns)
        return True

    def _close_gap(self, dash: int) -> None:
        start = self.text.rfind("\n", 0, dash) + 1
        match = _DASH.match(self.text, dash)
        if match and match.end() - dash > STEP and self.text[match.end() : match.end() + 1] not in ("\r", "\n", ""):
            self.lines[start].gaps.append((dash + 1, match.end()))

    def _add_text(self, value: Part, wanted: int, shift: int) -> None:
        """Plan the lines of a block scalar: one level deeper than its key, unless its head says how deep."""
        head_end = self.text.find("\n", value.start, value.end) + 1
        if not head_end:
            return
        if not _EXPLICIT.search(self.text[value.start : head_end].partition("#")[0]):
            body = self.text[head_end : value.end].lstrip("\r\n")
            first = next((line for line in body.split("\n") if line.strip()), None)
            if first is not None:
                shift = wanted - (len(first) - len(first.lstrip(" ")))
        if shift != self.lines[next(reversed(self.lines))].below:
            self.texts.append((head_end, value.end, shift))

    def write(self) -> str:
        starts = sorted(self.lines)
        lines = self.text.splitlines(keepends=True)
        written: list[str] = []
        position = 0
        texts = sorted(self.texts)
        bounds = [start for start, _, _ in texts]
        for number, line in enumerate(lines):
            owner = bisect_right(starts, position) - 1
            inside = bisect_right(bounds, position) - 1
            known = self.lines[starts[owner]] if owner >= 0 else None
            if inside >= 0 and position < texts[inside][1]:
                shift = texts[inside][2]
            elif known is None:
                shift = 0
            elif known.start == position:
                written.append(_shift(self._with_gaps_closed(known, line), known.shift))
                position += len(line)
                continue
            elif line.lstrip(" ").startswith("#"):
                following = self._following(lines, number, position)
                shift = _comment_shift(line, known, following)
            else:
                shift = known.below
            written.append(_shift(line, shift))
            position += len(line)
        return "".join(written)

    def _following(self, lines: list[str], number: int, position: int) -> tuple[int, int] | None:
        """Column and shift of the next line in which something begins, unless other lines come first."""
        for line in lines[number:]:
            if position in self.lines:
                return len(line) - len(line.lstrip(" ")), self.lines[position].shift
            if line.strip() and not line.lstrip(" ").startswith("#"):
                return None
            position += len(line)
        return None

    def _with_gaps_closed(self, known: _Line, line: str) -> str:
        for start, end in reversed(known.gaps):
            line = f"{line[: start - known.start]} {line[end - known.start :]}"
        return line


def _comment_shift(line: str, above: _Line, following: tuple[int, int] | None) -> int:
    column = len(line) - len(line.lstrip(" "))
    if following is not None and following[0] == column:
        return following[1]
    return above.columns.get(column, above.below)


def _shift(line: str, shift: int) -> str:
    if not line.strip():
        return line
    if shift >= 0:
        return " " * shift + line
    indentation = len(line) - len(line.lstrip(" "))
    return line[min(-shift, indentation) :]
