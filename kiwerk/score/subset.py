"""Whether data contains at least what is expected, and where it first does not.

Mappings match in part; lists match in length and order, each element in part; everything else must be equal.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from kiwerk.language.phrase import count
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
    return next(find_differences(expected, found, path), None)


def find_differences(expected: object, found: object, path: str = "") -> Iterator[Difference]:
    """Every difference, in the order in which the expectation is written; nothing where all is contained."""
    if isinstance(expected, Mapping):
        if isinstance(found, Mapping):
            yield from _in_mapping(expected, found, path)
        else:
            yield Difference(path, format_value(expected), format_value(found))
    elif isinstance(expected, list | tuple):
        if not isinstance(found, list | tuple):
            yield Difference(path, format_value(expected), format_value(found))
        elif len(expected) != len(found):
            yield Difference(path, count(len(expected), "entry", "entries"), f"{len(found)}: {format_value(found)}")
        else:
            for number, (wanted, there) in enumerate(zip(expected, found, strict=True)):
                yield from find_differences(wanted, there, f"{path}[{number}]")
    elif not are_equal(expected, found):
        yield Difference(path, format_value(expected), format_value(found))


def format_value(value: object) -> str:
    """A value as a person reads it: text in quotes, data as JSON, cut where it is long."""
    text = f"'{value}'" if isinstance(value, str) else json.dumps(value, ensure_ascii=False, default=str)
    return text if len(text) <= _LONGEST_VALUE else f"{text[: _LONGEST_VALUE - 1]}…"


def _in_mapping(expected: Mapping[str, object], found: Mapping[str, object], path: str) -> Iterator[Difference]:
    for key, wanted in expected.items():
        place = f"{path}.{key}" if path else str(key)
        if key in found:
            yield from find_differences(wanted, found[key], place)
        else:
            yield Difference(place, format_value(wanted), "nothing")
