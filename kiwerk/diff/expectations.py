"""Which expectation of base is which of head: by saying the same, or else by name.

Those without an id are known by their kind: giving one an id, or taking one of several away, gives others new names.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from kiwerk.diff.content import Entries

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

_BESIDE = frozenset({"id", "severity", "weight"})
"""Keys that say nothing about what is expected."""


def rename_expectations(
    before: dict[str, Any], after: dict[str, Any]
) -> tuple[dict[str, Any], dict[tuple[str, ...], tuple[str, ...]]]:
    """The data of a suite before with its expectations called as they are after, and where renamed ones stood."""
    renamed: dict[tuple[str, ...], tuple[str, ...]] = {}
    for route, old, new in _find_lists(before, after):
        names = _pair(old, new)
        renamed |= {(*route, now): (*route, was) for was, now in names.items() if was != now}
        if any(was != now for was, now in names.items()):
            before = _replace(before, route, Entries((names[name], value) for name, value in old.items()))
    return before, renamed


def _find_lists(before: dict[str, Any], after: dict[str, Any]) -> Iterator[tuple[tuple[str, ...], Entries, Entries]]:
    """Expectations that stand at the same place on both sides."""
    cases, others = before.get("cases"), after.get("cases")
    if not isinstance(cases, Entries) or not isinstance(others, Entries):
        return
    for name in cases.keys() & others.keys():
        old, new = cases[name], others[name]
        places: list[tuple[tuple[str, ...], Any, Any]] = [
            (("cases", name, "expect"), old.get("expect"), new.get("expect"))
        ]
        turns = zip(old.get("conversation", []), new.get("conversation", []), strict=False)
        places += [
            (("cases", name, "conversation", str(number), "expect"), one.get("expect"), other.get("expect"))
            for number, (one, other) in enumerate(turns)
        ]
        for route, one, other in places:
            if isinstance(one, Entries) and isinstance(other, Entries) and one != other:
                yield route, one, other


def _pair(old: Mapping[str, Any], new: Mapping[str, Any]) -> dict[str, str]:
    """What each of base is called at head; one that is gone keeps its name where that is free."""
    # the same name and content first, so that of two that say the same each stays itself
    names = {was: was for was in old if was in new and _says(old[was]) == _says(new[was])}
    for was in [name for name in old if name not in names]:
        free = (now for now in new if now not in names.values() and _says(new[now]) == _says(old[was]))
        if (same := next(free, None)) is not None:
            names[was] = same
    taken = {*names.values()}
    for was in old:
        if was not in names:
            now = was
            number = 2
            while now in taken or (now != was and now in new):
                now, number = f"{was} {number}", number + 1
            names[was] = now
            taken.add(now)
    return names


def _says(item: Mapping[str, Any]) -> dict[str, Any]:
    return {key: value for key, value in item.items() if key not in _BESIDE}


def _replace(data: Any, route: tuple[str, ...], value: Any) -> Any:
    """The same data with another value at a route; nothing is changed in place."""
    if not route:
        return value
    first, *rest = route
    if isinstance(data, list):
        copy: Any = list(data)
        copy[int(first)] = _replace(data[int(first)], tuple(rest), value)
        return copy
    copy = type(data)(data)
    copy[first] = _replace(data[first], tuple(rest), value)
    return copy
