"""What libyaml reads otherwise than YAML 1.2 says, without a word: refused, so that nobody gets what nobody wrote.

Three habits of YAML 1.1: in brackets a `?` begins a key even without a space behind it; a colon ends an anchor's name;
blanks in a last line without a line break belong to the block scalar above. Few files have anything that looks so, and
only those are looked at closely.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from yaml.cyaml import CParser  # type: ignore[attr-defined] # left out of the published types
from yaml.error import MarkedYAMLError
from yaml.tokens import AnchorToken, KeyToken, ScalarToken

from kiwerk.finding import Finding

if TYPE_CHECKING:
    from collections.abc import Iterator

    from kiwerk.load.source import Source

_QUESTION = re.compile(r"\?(?=\S)")
_ANCHOR = re.compile(r"&[0-9A-Za-z_-]+:")


def find_misread(source: Source) -> Iterator[Finding]:
    """Where libyaml would give other data than was written."""
    text = source.text
    blank_end = text[-1:] in ("\t", " ") and not text.rpartition("\n")[2].strip()
    if blank_end or _ANCHOR.search(text) or any(_opens(text, match.start()) for match in _QUESTION.finditer(text)):
        yield from _look_closely(source, len(text.rstrip(" \t")) if blank_end else None)


def _opens(text: str, index: int) -> bool:
    """Whether what stands before a place begins an entry in brackets."""
    while index and text[index - 1] in " \t\r\n":
        index -= 1
    return text[index - 1 : index] in ("[", "{", ",")


def _look_closely(source: Source, last_line: int | None) -> Iterator[Finding]:
    text = source.text
    parser = CParser(text)
    ending = len(text) + 1 if last_line is None else last_line
    try:
        while (token := parser.get_token()) is not None:
            start, end = token.start_mark.index, token.end_mark.index
            if isinstance(token, KeyToken) and text[start] == "?" and text[start + 1 : start + 2].strip():
                yield _finding(source, start, start + 1, "A ? in brackets begins a key", "Put the text in quotes")
            elif isinstance(token, AnchorToken) and text[end : end + 1] == ":":
                yield _finding(source, start, end + 1, "A colon in an anchor's name", "Leave it out of the name")
            elif isinstance(token, ScalarToken) and token.style in ("|", ">") and end >= ending:
                message = "Blanks in the last line would belong to the text above"
                yield _finding(source, ending, len(text), message, "Remove them, or end the line")
    except MarkedYAMLError:
        # not YAML, which is told
        return


def _finding(source: Source, start: int, end: int, message: str, help_: str) -> Finding:
    return Finding("yaml-syntax", message, source.span_of(start, end), help=help_)
