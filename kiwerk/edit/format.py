"""A document in canonical style: keys in order, two spaces a level, no blanks at the end of lines or of the file.

Nothing else changes: no line is wrapped or joined, no text quoted otherwise, nothing in brackets spread over lines.
Each step is proven before it counts: the data, every text as it is written and every comment must be the same.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING

from kiwerk.edit.blanks import end_file, trim_lines
from kiwerk.edit.indent import indent_lines
from kiwerk.edit.order import apply_moves, plan_order
from kiwerk.edit.tree import build_tree, find_comments, find_parts
from kiwerk.load.document import parse_document
from kiwerk.load.validate import kind_of

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from kiwerk.edit.order import Stuck
    from kiwerk.edit.tree import Part
    from kiwerk.finding import Finding, Span
    from kiwerk.load.document import Document
    from kiwerk.load.source import Source
    from kiwerk.spec import Document as Spec


@dataclass(frozen=True, slots=True)
class Left:
    """Something that is not canonical and was left as it is."""

    span: Span
    reason: str


@dataclass(frozen=True, slots=True)
class Formatted:
    """What became of a file."""

    before: str
    """Its text; empty where it could not be read."""
    after: str
    """Its text in canonical style, as far as that can be had safely."""
    left: tuple[Left, ...] = ()
    findings: tuple[Finding, ...] = ()
    """Why it could not be read; nothing was changed then."""

    @property
    def changes(self) -> bool:
        """Whether the file is not as it should be."""
        return self.before != self.after


@dataclass(frozen=True, slots=True)
class _Reading:
    """A text with what it says."""

    source: Source
    root: Part
    document: Document

    @property
    def text(self) -> str:
        return self.source.text


def format_document(data: bytes, shown_path: str) -> Formatted:
    """A file's bytes in canonical style; files that cannot be read without findings are left alone."""
    reading, findings = _read(data, shown_path)
    if reading is None:
        return Formatted("", "", findings=findings)
    before = reading.text
    model, findings = kind_of(reading.document)
    if model is None:
        return Formatted("", "", findings=findings)
    left: list[Left] = []
    for step, reason in _STEPS:
        reading = _apply(reading, step, reason, left)
    reading = _order(reading, model, left)
    return Formatted(before, reading.text, tuple(left))


def prove_same(before: Part, after: Part, old: str, new: str) -> bool:
    """Whether two texts say the same in the same words: every part as it is written, and all comments."""
    return _written(before, old) == _written(after, new) and Counter(find_comments(before, old)) == Counter(
        find_comments(after, new)
    )


_STEPS: tuple[tuple[Callable[[Part, str], str], str], ...] = (
    (end_file, "the end of the file is part of a text"),
    (trim_lines, "blanks at the end of a line are part of a text"),
    (indent_lines, "the indentation cannot be mended safely"),
)


def _apply(reading: _Reading, step: Callable[[Part, str], str], reason: str, left: list[Left]) -> _Reading:
    text = step(reading.root, reading.text)
    if text == reading.text:
        return reading
    changed = _accept(reading, text)
    if changed is None:
        left.append(Left(reading.source.span_of(0, 0), reason))
        return reading
    return changed


def _order(reading: _Reading, model: type[Spec], left: list[Left]) -> _Reading:
    moves, stuck = plan_order(reading.root, model, reading.text)
    if moves:
        changed = _accept(reading, apply_moves(reading.text, moves))
        if changed is None:
            places = (reading.source.span_of(move.start, move.start) for move in moves)
            left += [Left(place, "the keys cannot be moved safely") for place in places]
        else:
            stuck = plan_order(changed.root, model, changed.text)[1]
            reading = changed
    left += _describe(reading.source, stuck)
    return reading


def _describe(source: Source, stuck: Sequence[Stuck]) -> list[Left]:
    return [Left(source.span_of(item.start, item.start), f"the keys are not in order: {item.reason}") for item in stuck]


def _accept(reading: _Reading, text: str) -> _Reading | None:
    """The changed text, where it provably says the same."""
    changed, _ = _read(text.encode(), reading.source.path)
    if changed is None or changed.document.data != reading.document.data:
        return None
    if sorted(changed.document.lossy, key=repr) != sorted(reading.document.lossy, key=repr):
        return None
    return changed if prove_same(reading.root, changed.root, reading.text, changed.text) else None


def _read(data: bytes, shown_path: str) -> tuple[_Reading | None, tuple[Finding, ...]]:
    parsed = parse_document(data, shown_path)
    if parsed.document is None or parsed.source is None or parsed.findings:
        return None, parsed.findings
    return _Reading(parsed.source, build_tree(parsed.source), parsed.document), ()


def _written(root: Part, text: str) -> dict[object, tuple[str, str, bool, tuple[str, ...]]]:
    """Each part by its route: how it is written, its lines without their indentation."""
    found: dict[object, tuple[str, str, bool, tuple[str, ...]]] = {}
    for route, part in find_parts(root):
        raw = text[part.start : part.end] if not part.entries else ""
        lines = tuple(line.strip() for line in raw.rstrip().split("\n"))
        keys = tuple(sorted(text[entry.key.start : entry.key.end] for entry in part.entries if entry.key is not None))
        found[route] = part.kind, part.style, part.flow, lines + keys
    return found
