"""From libyaml's events to plain data, in one pass, with what YAML allows and kiwerk does not as findings.

Events rather than PyYAML's nodes: they keep nothing, know where an alias stands, and let nesting and size be refused
before anything is built. What is wrong with one part leaves the rest readable; only `_Abandoned` ends the reading.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, NamedTuple, NoReturn

from yaml.error import MarkedYAMLError
from yaml.events import (
    AliasEvent,
    DocumentStartEvent,
    MappingEndEvent,
    MappingStartEvent,
    ScalarEvent,
    SequenceEndEvent,
    StreamEndEvent,
)

from kiwerk.load import problems
from kiwerk.load.core_schema import MAYBE_NOT_TEXT, Scalar, UnfitNumber, is_canonical, resolve_plain
from kiwerk.load.source import UNFIT_CHARACTER, Source
from kiwerk.load.syntax import explain_syntax_error

if TYPE_CHECKING:
    from collections.abc import Callable

    from kiwerk.finding import Finding

Route = tuple[str | int, ...]
"""Way from the root of a document to a part of it: keys and 0-based indexes."""

MAX_DEPTH = 100
"""People stop following long before; pydantic and json recurse and would fail long after."""
MAX_VALUES = 100_000
"""Keys and values, aliases written out: a suite of about 1,000 cases (decision 0003)."""
MAX_LOSSY = 10_000
"""Each carries its route, which may be long."""
MAX_FINDINGS = 1_000
"""Of one file; nobody reads more, and a file of two million equal keys has two million."""
_MAX_TAG_DIRECTIVES = 100
"""libyaml compares each with each."""

_STRING_TAG = "tag:yaml.org,2002:str"
_NOWHERE = -1
"""Part of the route below a key whose value is read for its findings alone."""


@dataclass(frozen=True, slots=True)
class Content:
    """What one YAML file says."""

    data: object
    """Dicts with text as keys, lists, text, numbers, booleans and None."""
    lossy: tuple[tuple[Route, str], ...]
    """Numbers whose text does not come back when they are written, such as `1.10` or `0123`."""
    usable: bool
    """Whether the data is the whole document; where not, some finding says why."""
    findings: tuple[Finding, ...]


def construct_content(source: Source) -> Content:
    """Data of the first document in a text, and what is wrong with the text."""
    constructor = _Constructor(source)
    data, usable = None, True
    try:
        data = constructor.document()
    except MarkedYAMLError as error:
        finding = explain_syntax_error(error, source)
        # `{{ name }} text` is a key that is a mapping, too, which has been told.
        if all(other.span != finding.span for other in constructor.findings):
            constructor.findings.append(finding)
        usable = False
    except _Abandoned:
        usable = False
    lossy = tuple(entry for entry in constructor.lossy if _NOWHERE not in entry[0])
    return Content(data, lossy, usable, tuple(constructor.findings))


class _Abandoned(Exception):
    """The finding that was just added leaves no usable data."""


class _Anchored(NamedTuple):
    """What an alias stands for."""

    value: Any
    values: int
    """How many values it holds, itself included."""
    height: int
    """How many levels of lists and mappings."""
    depth: int
    """Length of its own route."""
    lossy: slice
    """Its part of all lossy numbers."""


class _Constructor:
    """Reads a stream of events; each method takes the event that begins a part and consumes it up to its end."""

    def __init__(self, source: Source) -> None:
        self.source = source
        self.findings: list[Finding] = []
        self.lossy: list[tuple[Route, str]] = []
        self.next_event: Callable[[], Any] = source.read_events()
        self.route: list[str | int] = []
        self.count = 0
        self.aliased = False
        self.deepest = 0
        self.anchors: dict[str, Any] = {}
        """By name: the event of a value that is being read, `_Anchored` afterwards."""

    def document(self) -> object:
        source, next_event = self.source, self.next_event
        if source.text.count("%TAG") > _MAX_TAG_DIRECTIVES:
            self._abandon(problems.tag_directive, source.text.index("%TAG"))
        next_event()
        start = next_event()
        if type(start) is StreamEndEvent:
            self._abandon(problems.empty_file, None)
        if start.version not in (None, (1, 2)):
            self._add(problems.other_version, start)
        if start.tags:
            self._add(problems.tag_directive, source.text.index("%TAG"))
        root = next_event()
        if type(root) is ScalarEvent and not (root.value or root.style or root.anchor or root.tag):
            self._abandon(problems.empty_file, root)
        data = self._value(root)
        next_event()
        second = next_event()
        if type(second) is DocumentStartEvent:
            self._add(problems.second_document, second)
        return data

    def _value(self, event: Any) -> Any:
        self.count += 1
        if self.count > MAX_VALUES:
            self._abandon(problems.too_many_values, event, MAX_VALUES, written=not self.aliased)
        if event.anchor is not None:
            return self._alias(event) if type(event) is AliasEvent else self._anchored(event)
        if type(event) is ScalarEvent and event.tag is None:
            # nearly every value; a call less for each is a tenth of the time
            text: str = event.value
            if event.style != '"' and (event.style or (text and text[0] not in MAYBE_NOT_TEXT)):
                return text
        return self._content(event)

    def _content(self, event: Any) -> Any:
        kind = type(event)
        if event.tag is not None:
            if event.tag == _STRING_TAG and kind is ScalarEvent:
                return self._text(event)
            self._add(problems.tag, event)
        if kind is ScalarEvent:
            return self._text(event) if event.style else self._plain(event)
        level = len(self.route) + 1
        if level > self.deepest:
            if level > MAX_DEPTH:
                self._abandon(problems.too_deep, event, MAX_DEPTH)
            self.deepest = level
        return self._mapping() if kind is MappingStartEvent else self._sequence()

    def _sequence(self) -> list[Any]:
        items: list[Any] = []
        route, next_event = self.route, self.next_event
        route.append(0)
        while type(event := next_event()) is not SequenceEndEvent:
            route[-1] = len(items)
            items.append(self._value(event))
        route.pop()
        return items

    def _mapping(self) -> dict[str, Any]:
        data: dict[str, Any] = {}
        events: dict[str, Any] = {}
        route, next_event = self.route, self.next_event
        route.append(_NOWHERE)
        while type(event := next_event()) is not MappingEndEvent:
            route[-1] = _NOWHERE
            key = self._key(event)
            if key is None:
                self._value(next_event())
            elif key in data:
                first = events[key]
                self._add(problems.duplicate_key, key, event, self.source.span(first.start_mark, first.end_mark))
                self._value(next_event())
            else:
                route[-1] = key
                events[key] = event
                data[key] = self._value(next_event())
        route.pop()
        return data

    def _key(self, event: Any) -> str | None:
        """The key, or None where its entry cannot be kept."""
        # A key is the text it is written as, whatever it would be as a value: `say: {2: …}`, `on: …`.
        if type(event) is ScalarEvent and (event.value or event.style):
            key: str = event.value
            if key == "<<" and not event.style and event.tag is None:
                self._add(problems.merge_key, event)
                return None
            if event.anchor is not None or event.tag is not None:
                self._value(event)
                return key
            self.count += 1
            return key if event.style != '"' else self._text(event)
        value = self._value(event)
        if type(value) is str:
            return value
        self._add(problems.non_string_key, event, value)
        return None

    def _text(self, event: Any) -> str:
        text: str = event.value
        # Only double quotes have escapes, and only an escape can say what a file may not hold.
        if event.style == '"' and UNFIT_CHARACTER.search(text):
            self._add(problems.unfit_escape, event)
        return text

    def _plain(self, event: Any) -> Scalar:
        text: str = event.value
        if text and text[0] not in MAYBE_NOT_TEXT:
            return text
        try:
            value = resolve_plain(text)
        except UnfitNumber as problem:
            self._add(problems.unfit_number, event, str(problem))
            return text
        if type(value) in (int, float) and not is_canonical(text, value):  # type: ignore[arg-type] # a number by now
            self._add_lossy(event, ((tuple(self.route), text),))
        return value

    def _anchored(self, event: Any) -> Any:
        self.anchors[event.anchor] = event
        depth, count, lossy, deepest = len(self.route), self.count, len(self.lossy), self.deepest
        self.deepest = depth
        value = self._content(event)
        height = self.deepest - depth
        self.deepest = max(deepest, self.deepest)
        held = slice(lossy, len(self.lossy))
        self.anchors[event.anchor] = _Anchored(value, self.count - count + 1, height, depth, held)
        return value

    def _alias(self, event: Any) -> Any:
        target = self.anchors.get(event.anchor)
        if target is None:
            self._add(problems.unknown_alias, event)
            return f"*{event.anchor}"
        if not isinstance(target, _Anchored):
            self._add(problems.endless_alias, event, target)
            return None
        self.aliased = True
        self.count += target.values - 1
        self.deepest = max(self.deepest, len(self.route) + target.height)
        if self.count > MAX_VALUES:
            self._abandon(problems.too_many_values, event, MAX_VALUES, written=False)
        if self.deepest > MAX_DEPTH:
            self._abandon(problems.too_deep, event, MAX_DEPTH)
        here = tuple(self.route)
        held = tuple((here + route[target.depth :], text) for route, text in self.lossy[target.lossy])
        self._add_lossy(event, held)
        return target.value

    def _add_lossy(self, event: Any, entries: tuple[tuple[Route, str], ...]) -> None:
        if len(self.lossy) + len(entries) > MAX_LOSSY:
            self._abandon(problems.too_many_odd_numbers, event, MAX_LOSSY)
        self.lossy += entries

    def _add(self, problem: Callable[..., Finding], *about: Any, **more: Any) -> None:
        if len(self.findings) < MAX_FINDINGS:
            self.findings.append(problem(self.source, *about, **more))

    def _abandon(self, problem: Callable[..., Finding], *about: Any, **more: Any) -> NoReturn:
        self.findings.append(problem(self.source, *about, **more))
        raise _Abandoned
