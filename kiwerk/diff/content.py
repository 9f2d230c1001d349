"""A document as data in which nothing but meaning is left: defaults filled in, lists keyed by ids, sets in order.

An entry that has an id is that id wherever it stands, so that one inserted case moves no other.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from kiwerk.spec import Suite
from kiwerk.spec.expectation import MEASURED_KINDS

if TYPE_CHECKING:
    from collections.abc import Mapping

    from kiwerk.load.content import Route
    from kiwerk.load.project import Loaded
    from kiwerk.spec import Document

_SETS = frozenset(
    {
        "allowed_regions",
        "also",
        "enum",
        "facts",
        "in",
        "options",
        "out",
        "outcomes",
        "processes",
        "providers",
        "required",
        "tags",
        "tools",
        "trips",
    }
)
"""Keys of lists in which order says nothing; what it does to a prompt is seen in the prompt."""

_NAMES = ("id", "name", "rule", "ships")
"""Keys by which the entries of a list are known, the first that all of them have."""

_TOGETHER = {"log": ("on", "weakens"), "exceptions": ("rule", "select")}
"""Keys by which the entries of a policy's lists are known."""

_ABOUT = ("id", "not", "severity", "weight")
"""Keys of an expectation that are not its kind."""

_NOTES = frozenset({"description", "formerly", "kind"})
"""Keys of a document that change nothing: notes for colleagues, and what the document is called."""


class Entries(dict[str, Any]):
    """A list by what its entries are known by: one that is new says that each of them is."""


@dataclass(frozen=True, slots=True)
class Content:
    """What a document says."""

    data: dict[str, Any]
    loaded: Loaded[Document]
    routes: Mapping[tuple[str, ...], Route]
    """Where an entry known by its id, or a member of a set, stands in the file."""

    def route(self, path: tuple[str, ...]) -> Route:
        """The route in the file of a value in the data."""
        found: list[str | int] = []
        for number, part in enumerate(path, 1):
            at = self.routes.get(path[:number])
            if at is not None:
                found = list(at)
            else:
                found.append(int(part) if part.isdecimal() else part)
        return tuple(found)


def read_content(loaded: Loaded[Document]) -> Content:
    """What a document says, without its notes."""
    data = loaded.spec.model_dump(mode="json", by_alias=True, exclude_defaults=True)
    if isinstance(loaded.spec, Suite):
        _write_severities(loaded.spec, data)
    routes: dict[tuple[str, ...], Route] = {}
    meaning = {key: _settle(value, (key,), (key,), routes) for key, value in data.items() if key not in _NOTES}
    return Content(meaning, loaded, routes)


def _write_severities(suite: Suite, data: dict[str, Any]) -> None:
    """Put back the severities that are more than a default: written ones of what is only measured without."""
    for case, written in zip(suite.cases, data["cases"], strict=True):
        places = [(case.expect, written.get("expect", []))]
        places += [
            (turn.expect, item.get("expect", []))
            for turn, item in zip(case.conversation, written.get("conversation", []), strict=True)
        ]
        for entries, items in places:
            for entry, item in zip(entries, items, strict=True):
                if entry.kind in MEASURED_KINDS and not entry.is_measured:
                    item["severity"] = entry.severity


def _settle(value: Any, path: tuple[str, ...], route: Route, routes: dict[tuple[str, ...], Route]) -> Any:
    if isinstance(value, dict):
        return {
            key: _settle(item, (*path, str(key)), (*route, key), routes)
            for key, item in value.items()
            if not (key in _NOTES and _is_entry(value))
        }
    if not isinstance(value, list):
        return value
    if path[-1] in _SETS and all(isinstance(item, str) for item in value):
        routes.update({(*path, item): (*route, number) for number, item in enumerate(value)})
        return Entries((item, item) for item in sorted(value))
    keys = _name_expectations(value) if path[-1] == "expect" else _name_entries(value, _TOGETHER.get(path[-1], ()))
    if keys is None:
        return [_settle(item, (*path, str(number)), (*route, number), routes) for number, item in enumerate(value)]
    settled = Entries()
    for number, (key, item) in enumerate(zip(keys, value, strict=True)):
        routes[*path, key] = (*route, number)
        settled[key] = _settle(item, (*path, key), (*route, number), routes)
    return settled


def _name_entries(items: list[Any], together: tuple[str, ...] = ()) -> list[str] | None:
    """What a list's entries are known by: keys that each has, as texts, and no two the same."""
    for keys in [together] if together else [(name,) for name in _NAMES]:
        if items and all(isinstance(item, dict) and item.keys() >= {*keys} for item in items):
            names = [" ".join(text for key in keys for text in _texts(item[key])) for item in items]
            if len(set(names)) == len(names):
                return names
    return None


def _texts(value: Any) -> list[str]:
    return [str(item) for item in value] if isinstance(value, list) else [str(value)]


def _name_expectations(items: list[Any]) -> list[str]:
    """What expectations are called in reports; several of one name are numbered."""
    names: list[str] = []
    for item in items:
        name = str(item.get("id") or next(key for key in item if key not in _ABOUT))
        number = sum(earlier == name or earlier.startswith(f"{name} ") for earlier in names)
        names.append(f"{name} {number + 1}" if number else name)
    return names


def _is_entry(value: dict[str, Any]) -> bool:
    """Whether this is a case, whose description is for colleagues; an operation's is told to the model."""
    return "id" in value
