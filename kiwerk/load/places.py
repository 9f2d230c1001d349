"""Where each part of a document stands.

The tree of places is built from libyaml's events when the first place is asked for: most documents have no findings,
and places take several times the room of the data.
"""

from __future__ import annotations

import re
from enum import StrEnum
from typing import TYPE_CHECKING, Any, NamedTuple

from yaml.events import AliasEvent, MappingEndEvent, MappingStartEvent, ScalarEvent, SequenceEndEvent

from kiwerk.finding import Span

if TYPE_CHECKING:
    from kiwerk.load.content import Route
    from kiwerk.load.source import Source

_PROPERTIES = re.compile(r"(?:[!&]\S*\s+)*")
_INK = re.compile(r"\S")
# One match for each character of the value that can have ink.
_WRITTEN = {
    "": _INK,
    ">": _INK,
    "'": re.compile(r"''|\S"),
    '"': re.compile(r"\\(?:x..|u.{4}|U.{8}|\r?\n|.)|\S", re.DOTALL),
}
_QUOTES = ("'", '"')
# White space, line breaks among them; a break behind a backslash is none at all.
_BLANK_ESCAPES = " \t\r\ntnvfr_NLP"


class Style(StrEnum):
    """How a value is written."""

    PLAIN = "plain"
    QUOTED = "quoted"
    LITERAL = "literal"
    FOLDED = "folded"


_STYLES = {"": Style.PLAIN, "'": Style.QUOTED, '"': Style.QUOTED, "|": Style.LITERAL, ">": Style.FOLDED}


class _Place(NamedTuple):
    """One value of the document."""

    start: Any
    end: Any
    """Marks of libyaml; a collection ends with its last value, not where the next one begins."""
    text: str | None
    """The value of a scalar; None for lists and mappings."""
    style: str
    """libyaml's name for how a scalar is written."""
    children: _Children
    """By key or index: the key, and the value."""
    target: _Place | None = None
    """Of an alias: the place of what it stands for."""


_Children = dict[str | int, tuple[_Place | None, _Place]]

_NONE: _Children = {}


class Places:
    """Positions of one document's parts.

    A route may have parts that the document lacks: they are skipped, since pydantic puts the names of union members
    into its routes. What is left decides, down to the nearest part that exists.
    """

    __slots__ = ("_root", "_source")

    def __init__(self, source: Source) -> None:
        self._source = source
        self._root: _Place | None = None

    def span(self, route: Route, *, key: bool = False) -> Span:
        """Where the value at a route stands, or the key that leads to it; a list's item has no key."""
        key_place, place = self._find(route)
        if key and key_place is not None:
            place = key_place
        # For libyaml a block scalar ends where the next line begins.
        written = self._source.text[place.start.index : place.end.index].rstrip()
        breaks = written.count("\n")
        line, column = self._source.place(place.start)
        end_column = len(written) - written.rfind("\n") if breaks else column + len(written)
        return Span(self._source.path, line, column, line + breaks, end_column)

    def style(self, route: Route) -> Style | None:
        """How the value at a route is written; None for a list or mapping."""
        place = self._find(route)[1]
        return None if place.text is None else _STYLES[place.style]

    def template_line(self, route: Route, line: int) -> int:
        """Line of the file in which a line of the text at a route is written; both 1-based.

        A line behind the text is its last one. A blank line of a folded or quoted text is the next one with words.
        """
        place = self._find(route)[1]
        if place.text is None:
            return self._source.place(place.start)[0]
        return _file_line(place.target or place, self._source.text, line)

    def _find(self, route: Route) -> tuple[_Place | None, _Place]:
        if self._root is None:
            self._root = _Builder(self._source).document()
        found: tuple[_Place | None, _Place] = None, self._root
        for number, part in enumerate(route):
            children = found[1].children
            child = children.get(part)
            if child is None:
                continue
            following = route[number + 1 : number + 2]
            if not child[1].children and following and following[0] in children:
                # Nothing lies below a scalar: here `call` is the name of a union's member, not the key `call`.
                continue
            found = child
        return found


class _End(NamedTuple):
    """Where a list or mapping may end."""

    flow: Any
    block: Any


class _Builder:
    """Builds the tree of a source that `construct_content` found usable, with the same keys."""

    def __init__(self, source: Source) -> None:
        self.next_event = source.read_events()
        self.anchors: dict[str, _Place] = {}

    def document(self) -> _Place:
        self.next_event()
        self.next_event()
        return self._place(self.next_event())

    def _place(self, event: Any) -> _Place:
        kind = type(event)
        if kind is AliasEvent:
            # Of an unknown or endless alias, told elsewhere, only its own place is known.
            target = self.anchors.get(event.anchor)
            if target is None:
                return _Place(event.start_mark, event.end_mark, None, "", _NONE)
            return target._replace(start=event.start_mark, end=event.end_mark, target=target)
        if kind is ScalarEvent:
            place = _Place(event.start_mark, event.end_mark, event.value, event.style, _NONE)
        else:
            children, end = self._mapping() if kind is MappingStartEvent else self._sequence()
            # A block's own end is where the next thing begins, behind blank lines and comments.
            place = _Place(event.start_mark, end.flow if event.flow_style else end.block, None, "", children)
        if event.anchor is not None:
            self.anchors[event.anchor] = place
        return place

    def _sequence(self) -> tuple[_Children, _End]:
        children: _Children = {}
        last = None
        while type(event := self.next_event()) is not SequenceEndEvent:
            item = self._place(event)
            children[len(children)] = None, item
            last = item.end
        return children, _End(event.end_mark, last)

    def _mapping(self) -> tuple[_Children, _End]:
        children: _Children = {}
        last = None
        while type(event := self.next_event()) is not MappingEndEvent:
            key, value = self._place(event), self._place(self.next_event())
            # Of equal keys the first counts, as in the data. What has no text for a key cannot be on a route.
            children.setdefault(key.text or "", (key, value))
            last = value.end
        return children, _End(event.end_mark, last)


def _file_line(place: _Place, text: str, line: int) -> int:
    start, end = place.start.index, place.end.index
    match = _PROPERTIES.match(text, start, end)
    start = match.end() if match else start
    raw = text[start:end]
    first = text.count("\n", 0, start) + 1
    last = first + raw.rstrip().count("\n")
    if place.style == "|":
        return min(first + line, last)
    # Line breaks may be folded, escaped or added, characters with ink come one for one: the line's first one leads.
    before = sum(_count_ink(part) for part in (place.text or "").split("\n")[: line - 1])
    skipped = 1 if place.style in _QUOTES else 0
    if place.style == ">":
        skipped = raw.find("\n") + 1
    for match in _WRITTEN[place.style].finditer(raw, skipped, len(raw) - (place.style in _QUOTES)):
        if _shows_ink(match[0]):
            if before == 0:
                return first + raw.count("\n", 0, match.start())
            before -= 1
    return last


def _count_ink(text: str) -> int:
    return len("".join(text.split()))


def _shows_ink(written: str) -> bool:
    """Whether a character of a quoted text, maybe an escape, is more than white space."""
    if len(written) == 1 or written == "''":
        return True
    if written[1] in "xuU":
        return not chr(int(written.lstrip("\\xuU"), 16)).isspace()
    return written[1] not in _BLANK_ESCAPES
