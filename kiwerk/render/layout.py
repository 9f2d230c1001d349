"""Lines that hold nothing but tags leave nothing behind; every other line stands in the output as it was written.

Jinja's own `trim_blocks` also swallows the end of a line on which a tag merely comes last, and joins it to the next.
"""

from __future__ import annotations

from dataclasses import dataclass, field

Token = tuple[int, str, str]
"""Line, kind and text, as Jinja's lexer gives them; all texts together are the source."""

_TAGS = frozenset({"block_begin", "block_end", "comment_begin", "comment_end", "raw_begin", "raw_end"})


@dataclass(slots=True)
class _Line:
    """A line of the template; a tag that spans several lines is within one."""

    parts: list[tuple[int, int]] = field(default_factory=list)
    """Its pieces of text: number of the token, and of the line within the token."""
    has_tag: bool = False
    has_text: bool = False
    is_ended: bool = False

    @property
    def vanishes(self) -> bool:
        return self.has_tag and not self.has_text


def drop_tag_lines(tokens: list[Token]) -> list[Token]:
    """The tokens without the white space and the line ends of lines that hold nothing but tags and comments.

    `{%-` and `-%}` strip as in Jinja; `{%+` and `+%}` keep their line.
    """
    pieces = {number: text.split("\n") for number, (_, kind, text) in enumerate(tokens) if kind == "data"}
    emptied: set[tuple[int, int]] = set()
    joined: set[tuple[int, int]] = set()
    for line in _split_lines(tokens, pieces):
        if line.vanishes:
            emptied.update(line.parts)
            if line.is_ended:
                joined.add(line.parts[-1])
    if not emptied:
        return tokens
    return [
        (line, kind, _rebuild(number, pieces[number], emptied, joined) if number in pieces else text)
        for number, (line, kind, text) in enumerate(tokens)
    ]


def _split_lines(tokens: list[Token], pieces: dict[int, list[str]]) -> list[_Line]:
    lines = [_Line()]
    for number, (_, kind, text) in enumerate(tokens):
        if kind in _TAGS:
            lines[-1].has_tag = True
            lines[-1].has_text |= "+" in text
        elif kind == "variable_begin":
            lines[-1].has_text = True
        for index, piece in enumerate(pieces.get(number, ())):
            if index > 0:
                lines[-1].is_ended = True
                lines.append(_Line())
            lines[-1].parts.append((number, index))
            lines[-1].has_text |= bool(piece.strip(" \t"))
    return lines


def _rebuild(number: int, pieces: list[str], emptied: set[tuple[int, int]], joined: set[tuple[int, int]]) -> str:
    last = len(pieces) - 1
    return "".join(
        ("" if (number, index) in emptied else piece) + ("" if index == last or (number, index) in joined else "\n")
        for index, piece in enumerate(pieces)
    )
