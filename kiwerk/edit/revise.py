"""A document's text changed so that it says other data: only what differs is written anew, and it is proven.

Keys that stay keep their place, their comments and the way they are written; a new key comes last. A comment goes only
with the key or value that it stands in.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from kiwerk.edit.draft import write_block, write_entry, write_key, write_value
from kiwerk.edit.lines import Lines
from kiwerk.edit.tree import build_tree, find_comment_places
from kiwerk.errors import KiwerkError
from kiwerk.load.document import parse_document
from kiwerk.load.source import Source

if TYPE_CHECKING:
    from collections.abc import Iterator

    from kiwerk.edit.tree import Entry, Part

_Edit = tuple[int, int, str]
"""From, to, new text."""


@dataclass(frozen=True, slots=True)
class Revision:
    """A text that says something else."""

    text: str
    lost_comments: tuple[str, ...]
    """What stood within a part that was removed or written anew."""


def revise_text(text: str, path: str, wanted: Any) -> Revision:
    """The text of a readable document, changed to say what is wanted.

    Raises:
        KiwerkError: it is written in a way in which that cannot be done safely.
    """
    source = Source(path, text)
    root = build_tree(source)
    document = parse_document(text.encode(), path).document
    edits = list(_Reviser(source).revise(root, document and document.data, wanted, 0, flow=False))
    changed = text
    for start, end, new in sorted(edits, reverse=True):
        changed = changed[:start] + new + changed[end:]
    kept: list[str] = []
    lost: list[str] = []
    for start, comment in find_comment_places(root, text):
        gone = any(begin <= start < end for begin, end, _ in edits)
        (lost if gone else kept).append(comment)
    after = parse_document(changed.encode(), path)
    if after.document is None or after.source is None or after.findings or not is_same(after.document.data, wanted):
        raise _unsafe(path)
    if [comment for _, comment in find_comment_places(build_tree(after.source), changed)] != kept:
        raise _unsafe(path)
    return Revision(changed, tuple(lost))


def is_same(one: Any, other: Any) -> bool:
    """Whether two values of JSON are the same, however their keys are ordered: `1` is neither `true` nor `1.0`."""
    return json.dumps(one, sort_keys=True) == json.dumps(other, sort_keys=True)


class _Reviser:
    def __init__(self, source: Source) -> None:
        self.text = source.text
        self.path = source.path
        self.lines = Lines(source.text)
        self.newline = "\r\n" if "\r\n" in source.text else "\n"

    def revise(self, part: Part, old: Any, new: Any, column: int, *, flow: bool) -> Iterator[_Edit]:
        """What has to change in a value; `column` is that of its key."""
        if is_same(old, new):
            return
        if part.kind == "alias" or self.text[part.start : part.start + 1] in ("&", "!"):
            raise _unsafe(self.path, self.text.count("\n", 0, part.start) + 1)
        stay = [entry for entry in part.entries if entry.key is not None and isinstance(new, dict)]
        if part.kind == "mapping" and any(entry.key.text in new for entry in stay if entry.key):
            yield from self._mapping(part, old, new, flow=flow or part.flow)
        elif part.kind == "sequence" and isinstance(new, list) and len(new) == len(part.entries):
            inside = flow or part.flow
            for entry, before, after in zip(part.entries, old, new, strict=True):
                yield from self.revise(entry.value, before, after, self._column(part.start), flow=inside)
        elif part.kind == "sequence" and isinstance(new, list) and new and not (flow or part.flow):
            yield self._items(part, old, new)
        else:
            yield self._replace(part, new, column, flow=flow)

    def _items(self, part: Part, old: list[Any], new: list[Any]) -> _Edit:
        """The items behind those with which both lists begin, in lines as theirs."""
        same = next(
            (number for number, (one, other) in enumerate(zip(old, new, strict=False)) if not is_same(one, other)),
            min(len(old), len(new)),
        )
        indent = " " * self._column(part.start)
        text = "".join(f"{indent}- {write_value(item)}{self.newline}" for item in new[same:])
        end = self.lines.end(part.entries[-1].end)
        if same == len(old):
            return (end, end, text) if self.text[:end].endswith("\n") else (end, end, self.newline + text.rstrip())
        start = self.lines.start(part.entries[same].start)
        if self.text[start : part.entries[same].start].strip(" ") != "-":
            raise _unsafe(self.path, self.text.count("\n", 0, start) + 1)
        return start, self.lines.end_of_deeper(end, len(self.text), len(indent)), text

    def _mapping(self, part: Part, old: dict[str, Any], new: dict[str, Any], *, flow: bool) -> Iterator[_Edit]:
        kept: list[Entry] = []
        column = self._column(part.entries[0].start)
        for entry in part.entries:
            name = entry.key.text if entry.key else ""
            if name in new:
                kept.append(entry)
                yield from self.revise(entry.value, old[name], new[name], column, flow=flow)
        yield from self._remove(part, kept, column)
        added = {name: value for name, value in new.items() if name not in old}
        if added and part.flow:
            items = "".join(f", {write_key(name)}: {write_value(value, inside=True)}" for name, value in added.items())
            yield kept[-1].end, kept[-1].end, items
        elif added:
            yield self._append(kept[-1], added, column)

    def _remove(self, part: Part, kept: list[Entry], column: int) -> Iterator[_Edit]:
        entries = part.entries
        for number, entry in enumerate(entries):
            if entry in kept:
                continue
            if not part.flow:
                start = self.lines.start(entry.start)
                if self.text[start : entry.start].strip(" "):
                    raise _unsafe(self.path, self.text.count("\n", 0, start) + 1)
                end = self.lines.end(entry.end)
                yield start, self.lines.end_of_deeper(end, len(self.text), column), ""
            elif any(later in kept for later in entries[number + 1 :]):
                yield entry.start, entries[number + 1].start, ""
            elif entries[number - 1] in kept:
                yield kept[-1].end, entries[-1].end, ""

    def _append(self, last: Entry, added: dict[str, Any], column: int) -> _Edit:
        place = self.lines.end_of_deeper(self.lines.end(last.end), len(self.text), column)
        lines = [line for name, value in added.items() for line in write_entry(name, value, column)]
        text = self.newline.join(lines)
        if self.text[:place].endswith("\n"):
            return place, place, f"{text}{self.newline}"
        return place, place, f"{self.newline}{text}"

    def _replace(self, part: Part, new: Any, column: int, *, flow: bool) -> _Edit:
        if flow or part.flow:
            return part.start, part.end, write_value(new, inside=True)
        if part.is_block:
            return self._replace_block(part, new, column)
        first, *rest = write_block(new, column)
        behind = self.text[: part.start].rstrip(" \t")
        return len(behind), part.end, self.newline.join([first, *rest])

    def _replace_block(self, part: Part, new: Any, column: int) -> _Edit:
        start = self.lines.start(part.start)
        if self.text[start : part.start].strip(" "):
            # it stands behind a dash
            start, inner, margin = part.start, self._column(part.start), ""
        else:
            inner = column + 2
            margin = " " * inner
        first, *rest = write_block(new, inner - 2, width=0)
        lines = [first.lstrip(), *rest] if first else [rest[0].lstrip(), *rest[1:]]
        return start, part.end, margin + self.newline.join(lines)

    def _column(self, index: int) -> int:
        return index - self.lines.start(index)


def _unsafe(path: str, line: int = 1) -> KiwerkError:
    message = "What has to change is written here in a way that cannot be edited safely"
    return KiwerkError(message, path=f"{path}:{line}", remedy="Write it out plainly, without anchor, alias or tag")
