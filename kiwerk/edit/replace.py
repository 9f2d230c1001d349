"""Replacing values, keys and names in a document's text where they stand, proven by reading the result again."""

from __future__ import annotations

import copy
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from kiwerk.edit.draft import write_value
from kiwerk.edit.lines import Lines
from kiwerk.edit.order import order_of
from kiwerk.edit.tree import build_tree, find_comments, find_part
from kiwerk.errors import KiwerkError
from kiwerk.load.document import parse_document
from kiwerk.load.source import Source

if TYPE_CHECKING:
    from collections.abc import Sequence

    from pydantic import BaseModel

    from kiwerk.edit.tree import Entry, Part
    from kiwerk.load.content import Route


@dataclass(frozen=True, slots=True)
class Replacement:
    """A value or key that shall say something else."""

    route: Route
    old: str
    new: str
    is_key: bool = False
    parts: tuple[tuple[int, int, str], ...] | None = None
    """What changes within the value as written: from, to, new text; the whole value otherwise."""


@dataclass(frozen=True, slots=True)
class Former:
    """The key `formerly`, written or changed in the mapping at a route."""

    route: Route
    model: type[BaseModel]
    name: str


def apply_replacements(
    text: str, path: str, replacements: Sequence[Replacement], formers: Sequence[Former] = ()
) -> str:
    """The text with everything replaced; nothing else in it changes.

    Raises:
        KiwerkError: a place is written in a way that cannot be edited safely.
    """
    source = Source(path, text)
    root = build_tree(source)
    edits: list[tuple[int, int, str]] = []
    for item in replacements:
        entry = find_part(root, item.route)
        if entry is None:
            raise _unsafe(source, 0, item.old)
        part = entry.key if item.is_key and entry.key is not None else entry.value
        edits += _edit(source, part, item)
    edits += [_insert(source, root, former) for former in formers]
    changed = text
    for start, end, new in sorted(edits, reverse=True):
        changed = changed[:start] + new + changed[end:]
    _prove(source, root, changed, replacements, formers)
    return changed


def _edit(source: Source, part: Part, item: Replacement) -> list[tuple[int, int, str]]:
    written = source.text[part.start : part.end]
    if item.parts is not None:
        return [(part.start + start, part.start + end, new) for start, end, new in item.parts]
    position = written.find(item.old)
    if part.kind != "scalar" or position < 0:
        raise _unsafe(source, part.start, item.old)
    start = part.start + position
    end = start + len(item.old)
    if part.style == "" and write_value(item.new, inside=True) != item.new:
        return [(start, end, write_value(item.new, inside=True))]
    return [(start, end, item.new)]


def _insert(source: Source, root: Part, former: Former) -> tuple[int, int, str]:
    mapping = find_part(root, former.route)
    part = root if mapping is None else mapping.value
    by_key = {entry.key.text: entry for entry in part.entries if entry.key is not None}
    name = write_value(former.name, inside=True)
    there = by_key.get("formerly")
    if there is not None:
        return there.value.start, there.value.end, name
    order = order_of(former.model)
    before = [by_key[key] for key in order[: order.index("formerly")] if key in by_key]
    if not before:
        raise _unsafe(source, part.start, "formerly")
    # the last one as written, so that the keys stay in order where they are
    anchor: Entry = max(before, key=lambda entry: entry.start)
    if part.flow:
        return anchor.end, anchor.end, f", formerly: {name}"
    lines = Lines(source.text)
    end = lines.end(anchor.end)
    first = part.entries[0].start
    line = " " * (first - lines.start(first)) + f"formerly: {name}"
    ending = "\r\n" if "\r\n" in source.text else "\n"
    return (end, end, f"{line}{ending}") if source.text[:end].endswith("\n") else (end, end, f"{ending}{line}")


def _prove(
    source: Source, root: Part, changed: str, replacements: Sequence[Replacement], formers: Sequence[Former]
) -> None:
    """Raise unless the changed text says exactly what was wanted, with all comments."""
    before = parse_document(source.text.encode(), source.path).document
    after = parse_document(changed.encode(), source.path).document
    if before is not None and after is not None:
        wanted: Any = copy.deepcopy(before.data)
        for item in (*(each for each in replacements if not each.is_key), *_deepest_first(replacements)):
            _set(wanted, item)
        for former in formers:
            _at(wanted, former.route)["formerly"] = former.name
        comments = find_comments(build_tree(Source(source.path, changed)), changed)
        if after.data == wanted and comments == find_comments(root, source.text):
            return
    raise _unsafe(source, 0, replacements[0].old if replacements else "formerly")


def _deepest_first(replacements: Sequence[Replacement]) -> list[Replacement]:
    return sorted((item for item in replacements if item.is_key), key=lambda item: -len(item.route))


def _set(data: Any, item: Replacement) -> None:
    holder = _at(data, item.route[:-1])
    step = item.route[-1]
    if item.is_key:
        entries = list(holder.items())
        holder.clear()
        holder.update((item.new if key == step else key, value) for key, value in entries)
    else:
        holder[step] = item.new


def _at(data: Any, route: Route) -> Any:
    for step in route:
        data = data[step]
    return data


def _unsafe(source: Source, start: int, name: str) -> KiwerkError:
    span = source.span_of(start, start)
    message = f"'{name}' is written here in a way that cannot be edited safely"
    return KiwerkError(message, path=f"{span.path}:{span.line}", remedy="Write it out plainly, without alias or escape")
