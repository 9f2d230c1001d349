"""What is wrong with one document and has one right answer, mended where it stands.

A fix replaces the span of its finding and nothing else. It counts only when reading the result finds less than
before and nothing new; what cannot be read as YAML is left alone.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING

from kiwerk.load.document import parse_document
from kiwerk.load.validate import kind_of, validate_document

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from kiwerk.finding import Finding, Span
    from kiwerk.load.source import Source

_BOM = "\ufeff"
_QUOTES = "'\""
_MOST_AT_ONCE = 100
"""Where they cannot be mended together, each is tried by itself, with a reading of the whole file."""


@dataclass(frozen=True, slots=True)
class Fixed:
    """What became of a file."""

    before: str
    """Its text, with a byte order mark where it has one."""
    after: str
    fixed: tuple[Finding, ...]
    """What the difference mends, in the order of mending; places are those at the time."""


@dataclass(frozen=True, slots=True)
class _Reading:
    """A text with all that is wrong in reading it."""

    source: Source
    findings: tuple[Finding, ...]


def fix_document(data: bytes, shown_path: str) -> Fixed | None:
    """The document in a file's bytes with everything mended that has one right answer; None where nothing has."""
    reading = _read(data, shown_path)
    if reading is None:
        return None
    text = reading.source.text
    if text.encode() != data.removeprefix(_BOM.encode()):
        # something else is wrong with its characters, and writing it back would lose them
        return None
    before = data.decode()
    fixed: list[Finding] = []
    while step := _fix_some(reading, shown_path):
        reading, mended = step
        fixed += mended
    return Fixed(before, reading.source.text, tuple(fixed)) if fixed else None


def _read(data: bytes, shown_path: str) -> _Reading | None:
    """What reading finds; None where the text is not YAML as a whole."""
    parsed = parse_document(data, shown_path)
    if parsed.document is None or parsed.source is None:
        return None
    model, problems = kind_of(parsed.document)
    if model is not None:
        problems = validate_document(parsed.document, model)[1]
    return _Reading(parsed.source, (*parsed.findings, *problems))


def _fix_some(reading: _Reading, shown_path: str) -> tuple[_Reading, Sequence[Finding]] | None:
    """The text with as much mended at once as can be, or None where nothing can."""
    candidates = [finding for finding in reading.findings if finding.fix is not None][:_MOST_AT_ONCE]
    choices = [candidates, *([candidate] for candidate in candidates)] if len(candidates) > 1 else [candidates]
    for chosen in choices:
        text = _apply(reading.source, chosen)
        if not chosen or text is None:
            continue
        result = _read(text.encode(), shown_path)
        if result is not None and _is_less(reading.findings, result.findings, chosen):
            return result, chosen
    return None


def _is_less(before: Iterable[Finding], after: Iterable[Finding], fixed: Iterable[Finding]) -> bool:
    """Whether what was fixed is gone and nothing is new."""
    allowed = _count(before)
    allowed.subtract(_count(fixed))
    return _count(after) <= allowed


def _count(findings: Iterable[Finding]) -> Counter[tuple[str, str]]:
    return Counter((finding.rule, finding.message) for finding in findings)


def _apply(source: Source, findings: Sequence[Finding]) -> str | None:
    """The text with the findings' spans replaced, or None where one of them is not written as expected."""
    text = source.text
    starts = _find_line_starts(text)
    end = len(text)
    for finding in sorted(findings, key=lambda item: item.span, reverse=True):
        start, stop = _find_index(starts, finding.span)
        new = _write(finding, text[start:stop])
        if new is None or stop > end:
            return None
        text = text[:start] + new + text[stop:]
        end = start
    return text


def _write(finding: Finding, written: str) -> str | None:
    """What to write in the place of what is written; None where an anchor, tag or alias would be lost."""
    if finding.rule == "ambiguous-scalar":
        quoted = f'"{written}"'
        return quoted if finding.fix is not None and quoted.lower() == finding.fix.lower() else None
    if written and f"'{written.strip(_QUOTES)}'" not in finding.message:
        return None
    return finding.fix


def _find_line_starts(text: str) -> list[int]:
    starts = [0]
    for line in text.split("\n"):
        starts.append(starts[-1] + len(line) + 1)
    return starts


def _find_index(starts: Sequence[int], span: Span) -> tuple[int, int]:
    return starts[span.line - 1] + span.column - 1, starts[span.end_line - 1] + span.end_column - 1
