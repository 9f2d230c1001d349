"""What YAML allows and kiwerk does not, as findings. Each function takes the libyaml event that is at fault."""

from __future__ import annotations

import re
from typing import Any

from kiwerk.finding import Finding, Related, Span
from kiwerk.load.source import UNFIT_CHARACTER, Source, describe_character

_TAG = re.compile(r"!\S*")
_SHOWN_CHARACTERS = 60


def empty_file(source: Source, event: Any) -> Finding:
    """Nothing in it, or comments alone."""
    span = Span(source.path, 1, 1, 1, 1) if event is None else source.span(event.start_mark, event.end_mark)
    return Finding("empty-file", "The file holds no document", span, help="Write one, or remove the file")


def second_document(source: Source, event: Any) -> Finding:
    """A `---` that begins another document."""
    span = source.span(event.start_mark, event.end_mark)
    return Finding("multiple-documents", "A second document in one file", span, help="Give each document its own file")


def other_version(source: Source, event: Any) -> Finding:
    """A `%YAML` directive for a version in which `no` is a truth value."""
    version = ".".join(str(part) for part in event.version)
    start = event.start_mark.index
    span = source.span_of(start, start + len("%YAML"))
    return Finding(
        "yaml-syntax", f"The file asks for YAML {version}", span, help="Remove the %YAML line; this is YAML 1.2"
    )


def tag_directive(source: Source, index: int) -> Finding:
    """A `%TAG` directive."""
    span = source.span_of(index, index + len("%TAG"))
    return Finding("yaml-tag", "Tags of one's own are not allowed", span, help="Remove the %TAG line")


def tag(source: Source, event: Any) -> Finding:
    """A tag that would make an object, or change what a value is."""
    start, end = event.start_mark, event.end_mark
    span, shown = source.span(start, end), event.tag
    match = _TAG.search(source.text, start.index, end.index)
    if match and "\n" not in source.text[start.index : match.end()]:
        line, column, shown = start.line + 1, start.column + 1 + match.start() - start.index, match[0]
        span = Span(source.path, line, column, line, column + len(shown))
    help_ = "Remove it; to keep text as text, put it in quotes"
    return Finding("yaml-tag", f"The tag {shorten(shown)} is not allowed", span, help=help_)


def duplicate_key(source: Source, key: str, event: Any, first: Span) -> Finding:
    """The second of two equal keys in one mapping."""
    related = (Related(first, "The first one is here"),)
    span = source.span(event.start_mark, event.end_mark)
    message = f"The key '{shorten(key)}' stands twice in one mapping"
    return Finding("duplicate-key", message, span, help="Keep one of them", related=related)


def merge_key(source: Source, event: Any) -> Finding:
    """A plain `<<`."""
    span = source.span(event.start_mark, event.end_mark)
    help_ = 'Write the keys out, since YAML 1.2 merges nothing; if it is a name, write "<<"'
    return Finding("yaml-merge-key", "A merge key", span, help=help_)


def non_string_key(source: Source, event: Any, value: object) -> Finding:
    """A key that is a list, a mapping or nothing, and so has no text."""
    span = source.span(event.start_mark, event.end_mark)
    if not isinstance(value, dict | list):
        return Finding("yaml-non-string-key", "A key without text", span, help="Write a key before the colon")
    help_ = "Use text as the key"
    if source.text.startswith("{{", event.start_mark.index - 1):
        span = Span(source.path, span.line, span.column - 1, span.line, span.column + 1)
        help_ = "If this is a template, put the whole value in quotes: {{ begins two mappings"
    kind = "mapping" if isinstance(value, dict) else "list"
    return Finding("yaml-non-string-key", f"A {kind} as a key, and keys are text", span, help=help_)


def unfit_number(source: Source, event: Any, why: str) -> Finding:
    """A number that neither JSON nor a double can hold."""
    span = source.span(event.start_mark, event.end_mark)
    return Finding(
        "yaml-number", f"The number {shorten(event.value)} {why}", span, help="Put it in quotes if it is text"
    )


def unfit_escape(source: Source, event: Any) -> Finding:
    """A control character written as an escape, such as a zero byte."""
    match = UNFIT_CHARACTER.search(event.value)
    character = match[0] if match else ""
    span = source.span(event.start_mark, event.end_mark)
    return Finding("file-encoding", f"{describe_character(character)} in a text", span, help="Remove the escape")


def unknown_alias(source: Source, event: Any) -> Finding:
    """An alias without an anchor before it."""
    span = source.span(event.start_mark, event.end_mark)
    name = shorten(event.anchor)
    help_ = f'Define &{name} before it, or put text that begins with a star in quotes: "*{name}"'
    return Finding("yaml-alias", f"Nothing is named &{name}", span, help=help_)


def endless_alias(source: Source, event: Any, anchor: Any) -> Finding:
    """An alias for the value it lies in."""
    span = source.span(event.start_mark, event.end_mark)
    related = (Related(source.span(anchor.start_mark, anchor.end_mark), "This value would contain itself"),)
    message = f"The alias *{shorten(event.anchor)} stands for the value it lies in"
    return Finding("yaml-alias", message, span, help="Write the value out", related=related)


def too_many_values(source: Source, event: Any, limit: int, *, written: bool) -> Finding:
    """The value with which a file exceeds what is read; `written`: without counting what aliases stand for."""
    span = source.span(event.start_mark, event.end_mark)
    if written:
        return Finding("file-too-large", f"More than {limit:,} values in one file", span, help="Split the file")
    message = f"With its aliases written out the file has more than {limit:,} values"
    return Finding("yaml-alias", message, span, help="Write values out instead of repeating them by aliases")


def too_many_odd_numbers(source: Source, event: Any, limit: int) -> Finding:
    """The number with which a file exceeds how many are kept for which text and number differ."""
    span = source.span(event.start_mark, event.end_mark)
    message = f"More than {limit:,} numbers that are not written as they are read"
    return Finding("file-too-large", message, span, help="Split the file, or put what is text in quotes")


def too_deep(source: Source, event: Any, limit: int) -> Finding:
    """The value that lies too deep for people and for parsers."""
    span = source.span(event.start_mark, event.end_mark)
    return Finding("yaml-depth", f"Nested deeper than {limit} levels", span, help="Flatten the data")


def shorten(text: str) -> str:
    """The text on one line, cut where it is long."""
    line = " ".join(text.split())
    return line if len(line) <= _SHOWN_CHARACTERS else f"{line[:_SHOWN_CHARACTERS]}…"
