"""The lines of a text, and which comment lines belong to what is written above or below them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator


@dataclass(frozen=True, slots=True)
class Lines:
    """A text by its lines; all positions are offsets into it."""

    text: str

    def start(self, index: int) -> int:
        """Where the line of a position begins."""
        return self.text.rfind("\n", 0, index) + 1

    def end(self, index: int) -> int:
        """Where the line behind that of a position begins; a position behind a line break is still in its line."""
        if index and self.text[index - 1] == "\n":
            return index
        return self.text.find("\n", index) + 1 or len(self.text)

    def start_of_comments(self, line: int) -> int:
        """Where the comment lines directly above a line begin."""
        while line and self._is_comment(self.start(line - 1), line):
            line = self.start(line - 1)
        return line

    def end_of_deeper(self, position: int, limit: int, column: int) -> int:
        """Behind the last of the comment lines from a position on that are indented more deeply than a column.

        Blank lines may lie between them; the first line of another sort ends the search.
        """
        last = position
        for start, end in self._each(position, limit):
            if self._is_comment(start, end):
                if self.indentation(start) > column:
                    last = end
                else:
                    break
            elif self.text[start:end].strip():
                break
        return last

    def end_of_own(self, position: int, limit: int, column: int) -> int:
        """Behind the last of the lines before `limit`, the next key's, that belong to the key above."""
        end = self.end_of_deeper(position, limit, column)
        beside = end
        for start, behind in self._each(end, limit):
            if not self._is_comment(start, behind):
                return beside
            beside = behind
        # no blank line: it is the next key's
        return end

    def skip_blank(self, position: int, limit: int) -> int:
        """Where the first line with ink begins."""
        for start, end in self._each(position, limit):
            if self.text[start:end].strip():
                return start
        return limit

    def shift(self, stretch: tuple[int, int], column: int) -> Iterator[str]:
        """The lines of a stretch, each beginning in a column."""
        for start, end in self._each(*stretch):
            yield " " * column + self.text[start:end].lstrip(" \t") if self.text[start:end].strip() else "\n"

    def indentation(self, start: int) -> int:
        """Number of spaces that a line begins with."""
        end = start
        while self.text[end : end + 1] == " ":
            end += 1
        return end - start

    def _each(self, start: int, limit: int) -> Iterator[tuple[int, int]]:
        while start < limit:
            end = self.text.find("\n", start) + 1 or len(self.text)
            yield start, end
            start = end

    def _is_comment(self, start: int, end: int) -> bool:
        return self.text[start:end].lstrip(" \t").startswith("#")
