"""White space that says nothing: at the end of lines, and at the end of the file."""

from __future__ import annotations

import re
from bisect import bisect_right
from typing import TYPE_CHECKING

from kiwerk.edit.tree import find_parts

if TYPE_CHECKING:
    from kiwerk.edit.tree import Part

_TRAILING = re.compile(r"[ \t]+(?=\r?\n|\Z)")
_END = re.compile(r"(\r?\n)?(?:[ \t]*\r?\n)*[ \t]*\Z")


def trim_lines(root: Part, text: str) -> str:
    """The text without blanks at the end of lines, except inside of texts."""
    if _TRAILING.search(text) is None:
        return text
    scalars = sorted((part.start, part.end) for _, part in find_parts(root) if part.kind == "scalar")
    starts = [start for start, _ in scalars]

    def trim(match: re.Match[str]) -> str:
        before = bisect_right(starts, match.start()) - 1
        return match[0] if before >= 0 and match.start() < scalars[before][1] else ""

    return _TRAILING.sub(trim, text)


def end_file(root: Part, text: str) -> str:
    """The text with exactly one line break at its end, except where more are part of the last text."""
    if text.endswith("\n") and not text.endswith(("\n\n", "\n\r\n", " \n", "\t\n")):
        return text
    last = max((part.end for _, part in find_parts(root) if part.kind == "scalar"), default=0)
    match = _END.search(text, max(0, last - 1 if text[last - 1 : last] == "\n" else last))
    if match is None:
        return text
    line_break = "\r\n" if "\r\n" in text else "\n"
    return text[: match.start()] + line_break
