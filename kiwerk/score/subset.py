"""Whether data contains at least what is expected, and where it first does not.

Mappings match in part; lists match in length and order, each element in part; everything else must be equal.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass

from kiwerk.rules import are_equal

_LONGEST_VALUE = 200
"""Characters of a value in a sentence; the transcript has the whole."""


@dataclass(frozen=True, slots=True)
class Difference:
    """The first place where data lacks what is expected."""

    path: str
    """From the root, such as `kalender.termine[0].name`; empty for the root itself."""
    expected: str
    found: str

    def __str__(self) -> str:
        place = f"{self.path}: " if self.path else ""
        return f"{place}expected {self.expected}, found {self.found}"


def find_difference(expected: object, found: object, path: str = "") -> Difference | None:
    """The first difference, in the order in which the expectation is written; None where all is contained."""
    if isinstance(expected, Mapping):
        if not isinstance(found, Mapping):
            return Difference(path, format_value(expected), format_value(found))
        return _first_in_mapping(expected, found, path)
    if isinstance(expected, list | tuple):
        if not isinstance(found, list | tuple):
            return Difference(path, format_value(expected), format_value(found))
        if len(expected) != len(found):
            return Difference(path, _entries(len(expected)), f"{len(found)}: {format_value(found)}")
        places = (
            find_difference(wanted, there, f"{path}[{number}]")
            for number, (wanted, there) in enumerate(zip(expected, found, strict=True))
        )
        return next((place for place in places if place is not None), None)
    return None if are_equal(expected, found) else Difference(path, format_value(expected), format_value(found))


def format_value(value: object) -> str:
    """A value as a person reads it: text in quotes, data as JSON, cut where it is long."""
    text = f"'{value}'" if isinstance(value, str) else json.dumps(value, ensure_ascii=False, default=str)
    return text if len(text) <= _LONGEST_VALUE else f"{text[: _LONGEST_VALUE - 1]}…"


def _first_in_mapping(expected: Mapping[str, object], found: Mapping[str, object], path: str) -> Difference | None:
    for key, wanted in expected.items():
        place = f"{path}.{key}" if path else str(key)
        if key not in found:
            return Difference(place, format_value(wanted), "nothing")
        difference = find_difference(wanted, found[key], place)
        if difference is not None:
            return difference
    return None


def _entries(count: int) -> str:
    return "1 entry" if count == 1 else f"{count} entries"
