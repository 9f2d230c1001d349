"""What an operation takes: its JSON Schema before and after.

Wider is: an enum that grew or is gone, a bound that moved outward or is gone, a pattern, constant or demand that is
gone, a type more, an argument more, anything allowed that was not declared. Narrower is the same the other way
round. Words for the model (`description`, `title`, `examples`) are no range. Everything else is for a person to
review. Keywords: JSON Schema 2020-12, https://json-schema.org/draft/2020-12/json-schema-validation
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Literal, NamedTuple

from kiwerk.diff.agents import line_of
from kiwerk.diff.capabilities.found import narrower, review, wider
from kiwerk.language.phrase import join_names

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from kiwerk.diff.agents import Side
    from kiwerk.diff.capabilities.found import Say
    from kiwerk.record.comparison import Capability, Direction

_LOWER_BOUNDS = ("minimum", "exclusiveMinimum", "minLength", "minItems", "minProperties", "minContains")
_UPPER_BOUNDS = ("maximum", "exclusiveMaximum", "maxLength", "maxItems", "maxProperties", "maxContains")
_DEMANDS = ("pattern", "const", "format", "multipleOf", "uniqueItems")
_WORDS = frozenset({"description", "title", "examples", "$comment", "deprecated"})
_SAY: dict[Direction, Say] = {"wider": wider, "narrower": narrower, "review": review}


class Difference(NamedTuple):
    """One difference between two schemas."""

    direction: Direction
    path: str
    """`beginn` or `adresse.plz`; empty for the arguments as a whole."""
    message: str


def find_arguments(base: Side, head: Side) -> Iterator[Capability]:
    """Operations on both sides that take something else."""
    for label, (toolset, name, operation) in head.operations.items():
        if label not in base.operations:
            continue
        old_toolset, old_name, old = base.operations[label]
        for found in compare_schemas(old.parameters, operation.parameters):
            rule = {"wider": "wider-argument", "narrower": "narrower-argument", "review": "other-argument"}
            where = f"{label}({found.path})" if found.path else label
            yield _SAY[found.direction](
                head,
                rule[found.direction],
                f"{where}: {found.message}",
                base=line_of(old_toolset, "operations", old_name, "parameters"),
                head=line_of(toolset, "operations", name, "parameters"),
            )


def compare_schemas(before: Any, after: Any, path: str = "") -> Iterator[Difference]:
    """The differences between two JSON Schemas, each with its direction."""
    if before == after:
        return
    if not isinstance(before, dict) or not isinstance(after, dict):
        yield Difference(_compare_truth(before, after), path, "the schema is another one; review it")
        return
    known = {*_LOWER_BOUNDS, *_UPPER_BOUNDS, *_DEMANDS, "enum", "required", "type", "properties", "items"}
    yield from _compare_enum(before, after, path)
    for name in _LOWER_BOUNDS:
        yield from _compare_bound(before, after, path, name, -1)
    for name in _UPPER_BOUNDS:
        yield from _compare_bound(before, after, path, name, 1)
    for name in _DEMANDS:
        yield from _compare_demand(before, after, path, name)
    yield from _compare_type(before, after, path)
    yield from _compare_required(before, after, path)
    yield from _compare_properties(before, after, path)
    if "items" in before or "items" in after:
        inner = f"{path}[]"
        yield from compare_schemas(before.get("items", True), after.get("items", True), inner)
    for name in sorted((before.keys() | after.keys()) - known - _WORDS - {"additionalProperties"}):
        if before.get(name) != after.get(name):
            yield Difference("review", path, f"'{name}' changed; review it")


def _compare_truth(before: Any, after: Any) -> Direction:
    """`true` allows everything, `false` nothing."""
    if after is True or before is False:
        return "wider"
    return "narrower" if before is True or after is False else "review"


def _compare_enum(before: Mapping[str, Any], after: Mapping[str, Any], path: str) -> Iterator[Difference]:
    old, new = before.get("enum"), after.get("enum")
    if old == new:
        return
    if new is None:
        yield Difference("wider", path, f"takes any value; before only {_values(old)}")
    elif old is None:
        yield Difference("narrower", path, f"takes only {_values(new)}")
    elif isinstance(old, list) and isinstance(new, list):
        more, less = [item for item in new if item not in old], [item for item in old if item not in new]
        if more:
            yield Difference("wider", path, f"also takes {_values(more)}")
        if less:
            yield Difference("narrower", path, f"no longer takes {_values(less)}")


def _compare_bound(
    before: Mapping[str, Any], after: Mapping[str, Any], path: str, name: str, outward: Literal[-1, 1]
) -> Iterator[Difference]:
    old, new = before.get(name), after.get(name)
    if old == new:
        return
    if new is None:
        yield Difference("wider", path, f"'{name}' {old} is gone")
    elif old is None:
        yield Difference("narrower", path, f"'{name}' {new} is new")
    elif not isinstance(old, int | float) or not isinstance(new, int | float):
        yield Difference("review", path, f"'{name}' changed; review it")
    else:
        direction: Direction = "wider" if (new - old) * outward > 0 else "narrower"
        yield Difference(direction, path, f"'{name}' went from {old} to {new}")


def _compare_demand(before: Mapping[str, Any], after: Mapping[str, Any], path: str, name: str) -> Iterator[Difference]:
    old, new = before.get(name), after.get(name)
    if old == new:
        return
    if new is None or new is False:
        yield Difference("wider", path, f"'{name}' is gone")
    elif old is None or old is False:
        yield Difference("narrower", path, f"'{name}' is new")
    else:
        yield Difference("review", path, f"'{name}' changed; review it")


def _compare_type(before: Mapping[str, Any], after: Mapping[str, Any], path: str) -> Iterator[Difference]:
    old, new = _types(before), _types(after)
    if old == new:
        return
    if new is None or (old is not None and old < new):
        yield Difference("wider", path, f"may be {' or '.join(sorted(new))} now" if new else "may be of any type now")
    elif old is None or new < old:
        yield Difference("narrower", path, f"must be {' or '.join(sorted(new))} now")
    else:
        yield Difference("review", path, f"is {' or '.join(sorted(new))} now, before {' or '.join(sorted(old))}")


def _types(schema: Mapping[str, Any]) -> set[str] | None:
    found = schema.get("type")
    if found is None:
        return None
    names = {found} if isinstance(found, str) else {str(name) for name in found}
    # every integer is a number
    return names | {"integer"} if "number" in names else names


def _compare_required(before: Mapping[str, Any], after: Mapping[str, Any], path: str) -> Iterator[Difference]:
    old, new = set(before.get("required") or ()), set(after.get("required") or ())
    for name in sorted(old - new):
        yield Difference("wider", _join(path, name), "need no longer be given")
    for name in sorted(new - old):
        yield Difference("narrower", _join(path, name), "must be given")


def _compare_properties(before: Mapping[str, Any], after: Mapping[str, Any], path: str) -> Iterator[Difference]:
    old, new = before.get("properties") or {}, after.get("properties") or {}
    if not isinstance(old, dict) or not isinstance(new, dict):
        yield Difference("review", path, "'properties' changed; review it")
        return
    for name in new:
        if name not in old:
            yield Difference("wider", _join(path, name), "is a new argument")
        else:
            yield from compare_schemas(old[name], new[name], _join(path, name))
    for name in old:
        if name not in new:
            yield Difference("narrower", _join(path, name), "is gone")
    more = before.get("additionalProperties", True), after.get("additionalProperties", True)
    if more[0] != more[1]:
        direction = _compare_truth(*more)
        what = {"wider": "may be given", "narrower": "may no longer be given", "review": "are described otherwise"}
        yield Difference(direction, path, f"arguments that are not declared {what[direction]}")


def _join(path: str, name: str) -> str:
    return f"{path}.{name}" if path else name


def _values(values: Any) -> str:
    return join_names([str(value) for value in values]) if isinstance(values, list) else str(values)
