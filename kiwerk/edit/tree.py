"""A YAML text as a tree of its parts, each with its place in the text: what is moved is moved as it is written.

Offsets count characters of the text. What a part's text is, is never asked: it is cut out and put in as it stands.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Literal

from yaml.events import AliasEvent, MappingEndEvent, MappingStartEvent, ScalarEvent, SequenceEndEvent

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from kiwerk.load.content import Route
    from kiwerk.load.source import Source

_COMMENT = re.compile(r"(?:^|(?<=[\s\ufeff]))#[^\r\n]*", re.MULTILINE)
_BLOCK_STYLES = ("|", ">")


@dataclass(slots=True, eq=False)
class Part:
    """A value or a key."""

    kind: Literal["scalar", "alias", "mapping", "sequence"]
    start: int
    """First character, that of an anchor or tag where it has one."""
    end: int
    """Behind the last character that is written; an empty value's is behind the colon or dash."""
    text: str = ""
    """What a scalar says."""
    style: str = ""
    """How a scalar is written: empty, a quote, `|` or `>`."""
    flow: bool = False
    """Whether a collection is written in brackets."""
    entries: list[Entry] = field(default_factory=list)
    """Of a collection, in the order written."""

    @property
    def is_block(self) -> bool:
        """Whether it is a collection written in lines."""
        return not self.flow and self.kind in ("mapping", "sequence")


@dataclass(slots=True, eq=False)
class Entry:
    """A key with its value, or an item of a list."""

    key: Part | None
    value: Part

    @property
    def start(self) -> int:
        """First character, a dash not included."""
        return self.value.start if self.key is None else self.key.start

    @property
    def end(self) -> int:
        """Behind the last character."""
        return self.value.end


def build_tree(source: Source) -> Part:
    """The tree of a text that is known to hold one readable document."""
    return _Builder(source).document()


def find_parts(root: Part, route: Route = ()) -> Iterator[tuple[Route, Part]]:
    """Every value with its route, from the outside in."""
    pending = [(route, root)]
    while pending:
        here, part = pending.pop()
        yield here, part
        for number, entry in reversed(list(enumerate(part.entries))):
            pending.append(((*here, number if entry.key is None else entry.key.text), entry.value))


def find_part(root: Part, route: Route) -> Entry | None:
    """The entry at a route, or None where there is none; the route of the root has none."""
    entry, part = None, root
    for step in route:
        found = [
            item for number, item in enumerate(part.entries) if step == (number if item.key is None else item.key.text)
        ]
        if not found:
            return None
        entry, part = found[0], found[0].value
    return entry


def find_comments(root: Part, text: str) -> list[str]:
    """Every comment, in the order written, without white space at its end."""
    return [comment for _, comment in find_comment_places(root, text)]


def find_comment_places(root: Part, text: str) -> Iterator[tuple[int, str]]:
    """Every comment with where it begins."""
    position = 0
    for start, end in (*_find_scalars(root, text), (len(text), len(text))):
        # the end of a gap may cut a scalar off that begins with what looks like a comment, never a comment
        for match in _COMMENT.finditer(text, position, start):
            yield match.start(), match[0].rstrip()
        position = end


def _find_scalars(root: Part, text: str) -> Iterator[tuple[int, int]]:
    """Where text begins and ends that cannot hold comments, in order; the head of a block scalar can hold one."""
    pending = [root]
    while pending:
        part = pending.pop()
        if part.kind in ("scalar", "alias"):
            start = part.start
            if part.style in _BLOCK_STYLES:
                start = text.find("\n", start, part.end) + 1 or part.end
            yield start, part.end
        for entry in reversed(part.entries):
            pending.append(entry.value)
            if entry.key is not None:
                pending.append(entry.key)


class _Builder:
    def __init__(self, source: Source) -> None:
        self.text = source.text
        self.next_event: Callable[[], Any] = source.read_events()

    def document(self) -> Part:
        self.next_event()
        self.next_event()
        return self._part(self.next_event())

    def _part(self, event: Any) -> Part:
        kind = type(event)
        start, end = event.start_mark.index, event.end_mark.index
        if kind is AliasEvent:
            return Part("alias", start, end, text=event.anchor)
        if kind is ScalarEvent:
            style = event.style or ""
            end = max(start, self._block_end(start, end)) if style in _BLOCK_STYLES else end
            if start == end:
                start = end = self._behind_ink(end)
            return Part("scalar", start, end, event.value, style)
        collection = Part("mapping" if kind is MappingStartEvent else "sequence", start, end, flow=event.flow_style)
        ending = MappingEndEvent if kind is MappingStartEvent else SequenceEndEvent
        while type(following := self.next_event()) is not ending:
            key = self._part(following) if kind is MappingStartEvent else None
            value = self._part(self.next_event() if key is not None else following)
            collection.entries.append(Entry(key, value))
        mark: Any = following.end_mark
        collection.end = mark.index if event.flow_style else collection.entries[-1].end
        return collection

    def _block_end(self, start: int, end: int) -> int:
        """Behind the last line of a block scalar that says something: blank lines count only where they are kept."""
        written = self.text[start:end]
        head = written.partition("\n")[0].partition("#")[0]
        bare = written.rstrip("\r\n")
        return end if "+" in head or bare != written.rstrip() else start + len(bare)

    def _behind_ink(self, index: int) -> int:
        """Where an empty value stands: right behind the colon or dash, not behind the white space after it."""
        while index and self.text[index - 1] in " \t":
            index -= 1
        return index
