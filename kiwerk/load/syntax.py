"""libyaml's complaints as sentences for people who do not know its vocabulary of tokens and nodes."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

from kiwerk.finding import Finding, Related, Span

if TYPE_CHECKING:
    from yaml.error import MarkedYAMLError

    from kiwerk.load.source import Source


class _Sentence(NamedTuple):
    message: str
    help: str
    from_opening: bool = False
    """Whether the place to look at is where the thing began, not where libyaml gave up."""


_QUOTE = "Put the text in quotes"
_SEE = "See yaml.org/spec/1.2.2"
_BLOCK_HEADER = _Sentence(
    "Text after | or >", "Begin the text on the next line, indented; or put a value that begins with | or > in quotes"
)
_TAG = _Sentence("! begins a tag", "Put the text in quotes, or remove the tag")
_DIRECTIVE = _Sentence("% at the start of a line begins a directive", _QUOTE, from_opening=True)
_OPEN_QUOTE = _Sentence("A quote that is never closed", "Close it", from_opening=True)

_SENTENCES = {
    "mapping values are not allowed in this context": _Sentence(
        "A colon where no key can stand",
        "Put a value that contains ': ' in quotes, mend the indentation, or write a space after the colon above",
    ),
    "could not find expected ':'": _Sentence(
        "A key without a colon", "Write `key: value`, with a space after the colon", from_opening=True
    ),
    "block sequence entries are not allowed in this context": _Sentence(
        "A list item where no list can begin", "Begin the list on the next line, or put the text in quotes"
    ),
    "mapping keys are not allowed in this context": _Sentence("A question mark where no key can stand", _QUOTE),
    "did not find expected key": _Sentence(
        "Expected a key or the end of the mapping", "Begin this line in the same column as the keys above it"
    ),
    "did not find expected '-' indicator": _Sentence(
        "Expected the next list item", "Begin this line with a dash like the items above it, or mend its indentation"
    ),
    "did not find expected ',' or ']'": _Sentence(
        "Expected , or ] in a list", "Separate items by commas and close the list"
    ),
    "did not find expected ',' or '}'": _Sentence(
        "Expected , or } in a mapping", "Separate entries by commas and close the mapping"
    ),
    "did not find expected node content": _Sentence(
        "Expected a value", "Write one, or put text that begins with a bracket or comma in quotes"
    ),
    "did not find expected <document start>": _Sentence(
        "Text after the end of the document", "Put the whole document into one mapping"
    ),
    "found unexpected end of stream": _OPEN_QUOTE,
    "found unexpected document indicator": _OPEN_QUOTE,
    "found unknown escape character": _Sentence(
        "Unknown escape in double quotes", r"Write \\ for a backslash, or use single quotes: 'C:\Termine'"
    ),
    "did not find expected hexdecimal number": _Sentence(
        "Escape without its hexadecimal digits", r"Write \xNN, \uNNNN or \UNNNNNNNN; for a backslash \\"
    ),
    "found invalid Unicode character escape code": _Sentence(
        "Escape for a character that does not exist", "Write the character itself"
    ),
    "did not find expected comment or line break": _BLOCK_HEADER,
    "found an indentation indicator equal to 0": _BLOCK_HEADER,
    "did not find expected alphabetic or numeric character": _Sentence(
        "A star or ampersand begins an alias or an anchor", _QUOTE, from_opening=True
    ),
    "found undefined tag handle": _TAG,
    "did not find the expected '>'": _TAG._replace(from_opening=True),
    "found unknown directive name": _DIRECTIVE,
    "found unexpected non-alphabetical character": _DIRECTIVE,
    "found incompatible YAML document": _Sentence("Unknown version of YAML", "Remove the %YAML line; this is YAML 1.2"),
}
_OPENED = {
    "while parsing a block collection": "list",
    "while parsing a flow sequence": "list",
    "while parsing a block mapping": "mapping",
    "while parsing a flow mapping": "mapping",
}

_AFTER_QUOTE = _Sentence(
    "Text after the closing quote",
    "Write a quote inside single quotes twice ('so geht''s'), inside double quotes with a backslash",
)
_AFTER_BRACKET = _Sentence("Text after the closing bracket", "Remove it, or put the whole value in quotes")
_AFTER = {"'": _AFTER_QUOTE, '"': _AFTER_QUOTE, "]": _AFTER_BRACKET, "}": _AFTER_BRACKET}

_TOO_DEEP = "exceeded maximum nesting depth"
_TEMPLATE = re.compile(r"(?:^|[:,\[-])\s*(\{[{%])")


def explain_syntax_error(error: MarkedYAMLError, source: Source) -> Finding:
    """What libyaml could not read, with place and help."""
    text = source.text
    mark = error.problem_mark or error.context_mark
    if mark is None:
        return Finding("yaml-syntax", f"Not YAML: {error.problem}", source.span_of(0, 0), help=_SEE)
    here = _span_at(source, mark.index)
    if error.problem == _TOO_DEEP:
        return Finding("yaml-depth", "Nested too deeply", here, help="Flatten the data")
    before = text[text.rfind("\n", 0, mark.index) + 1 : mark.index]
    template = _TEMPLATE.search(before + text[mark.index : mark.index + 1])
    if template:
        start = mark.index - len(before) + template.start(1)
        message, help_ = f"{template[1]} begins a mapping", f"Put a value that begins with {template[1]} in quotes"
        return Finding("yaml-syntax", message, source.span_of(start, start + len(template[1])), help=help_)
    sentence = _sentence(error.problem or "", text[mark.index : mark.index + 1], before)
    opening = error.context_mark
    related: tuple[Related, ...] = ()
    if opening is not None and sentence.from_opening:
        here = _span_at(source, opening.index)
    elif opening is not None and opening.line != mark.line and error.context in _OPENED:
        related = (Related(_span_at(source, opening.index), f"The {_OPENED[error.context]} begins here"),)
    return Finding("yaml-syntax", sentence.message, here, help=sentence.help, related=related)


def _sentence(problem: str, character: str, before: str) -> _Sentence:
    """The sentence for libyaml's problem at a character, with what stands before it in its line."""
    if character == "\t" and not before.strip(" "):
        return _Sentence("A tab in the indentation", "Indent with spaces")
    if problem == "found character that cannot start any token":
        if character == "\t":
            return _Sentence("A tab where only spaces may stand", "Replace it by spaces")
        return _Sentence(f"No value can begin with {character}", _QUOTE)
    if problem == "did not find expected key":
        return _AFTER.get(before.rstrip()[-1:], _SENTENCES[problem])
    return _SENTENCES.get(problem) or _Sentence(f"Not YAML: {problem or 'unreadable'}", _SEE)


def _span_at(source: Source, index: int) -> Span:
    """One character, or the empty stretch at the end of a line; at the end of the file the end of what is written."""
    index = min(index, len(source.text.rstrip()))
    width = 0 if source.text[index : index + 1] in ("", "\n", "\r") else 1
    return source.span_of(index, index + width)
