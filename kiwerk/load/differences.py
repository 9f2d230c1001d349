"""What two readings of a document say differently, as routes: comments, layout and the order of keys are no difference.

Items of a list that all have an `id` are the same item wherever they stand; other lists are compared from both ends.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterator

    from kiwerk.load.content import Route


@dataclass(frozen=True, slots=True)
class Difference:
    """The smallest part that differs."""

    before: Route | None
    """Where it stood; None where it is new."""
    after: Route | None
    """Where it stands; None where it is gone."""


def find_differences(before: Any, after: Any, route: tuple[Route, Route] = ((), ())) -> Iterator[Difference]:
    """Every part of some data that is new, gone or another, in the order of what is there now."""
    old, new = route
    if isinstance(before, dict) and isinstance(after, dict):
        for key in dict.fromkeys((*after, *before)):
            yield from _pair(before.get(key, _ABSENT), after.get(key, _ABSENT), ((*old, key), (*new, key)))
    elif isinstance(before, list) and isinstance(after, list):
        yield from _find_in_lists(before, after, route)
    elif type(before) is not type(after) or before != after:
        yield Difference(old, new)


_ABSENT = object()


def _pair(before: Any, after: Any, route: tuple[Route, Route]) -> Iterator[Difference]:
    if before is _ABSENT:
        yield Difference(None, route[1])
    elif after is _ABSENT:
        yield Difference(route[0], None)
    else:
        yield from find_differences(before, after, route)


def _find_in_lists(before: list[Any], after: list[Any], route: tuple[Route, Route]) -> Iterator[Difference]:
    old, new = route
    old_ids, new_ids = _number_ids(before), _number_ids(after)
    if old_ids is not None and new_ids is not None:
        if [name for name in old_ids if name in new_ids] != [name for name in new_ids if name in old_ids]:
            yield Difference(old, new)
        for name in dict.fromkeys((*new_ids, *old_ids)):
            here, there = old_ids.get(name), new_ids.get(name)
            yield from _pair(
                _ABSENT if here is None else before[here],
                _ABSENT if there is None else after[there],
                ((*old, here or 0), (*new, there or 0)),
            )
        return
    shorter = min(len(before), len(after))
    head = next((place for place in range(shorter) if before[place] != after[place]), shorter)
    rest = shorter - head
    tail = next((place for place in range(rest) if before[-1 - place] != after[-1 - place]), rest)
    ends = len(before) - tail, len(after) - tail
    for place in range(head, max(ends)):
        yield from _pair(
            before[place] if place < ends[0] else _ABSENT,
            after[place] if place < ends[1] else _ABSENT,
            ((*old, place), (*new, place)),
        )


def _number_ids(items: list[Any]) -> dict[Any, int] | None:
    """Positions by id; None where not every item has one of its own."""
    if not items or not all(isinstance(item, dict) and isinstance(item.get("id"), str) for item in items):
        return None
    numbers = {item["id"]: number for number, item in enumerate(items)}
    return numbers if len(numbers) == len(items) else None
