"""Names that lead nowhere inside a document, before they become findings."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, NamedTuple

from kiwerk.load.resolve import resolve_name

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator

    from kiwerk.load.resolve import ResolvedOperation, Unresolved
    from kiwerk.spec.toolset import Operation
    from kiwerk.spec.walk import Route


class Lost(NamedTuple):
    """One name that leads nowhere."""

    route: Route
    why: Unresolved
    is_key: bool = False
    """Whether the name is a mapping's key."""


def find_lost(
    route: Route, name: str, known: Collection[str], what: str, *, holder: str = "There is", is_key: bool = False
) -> Iterator[Lost]:
    """The name, where it is none of the known ones.

    Args:
        route: where it stands.
        name: what it says.
        known: what it could say.
        what: what it names, in a word.
        holder: who should have such a thing, with a verb: `This agent has`.
        is_key: whether the name is a mapping's key.
    """
    unresolved = resolve_name(known, name, what)
    if unresolved is not None:
        yield Lost(route, replace(unresolved, message=f"{holder} no {what} '{name}'"), is_key)


def find_lost_arguments(
    route: Route, names: Iterable[str], called: ResolvedOperation, *, are_keys: bool = True
) -> Iterator[Lost]:
    """Arguments that an operation does not have; none where its schema allows arguments that it does not name.

    Args:
        route: to the mapping whose keys the names are, or to the list they stand in.
        names: the arguments.
        called: the operation.
        are_keys: whether the names are keys.
    """
    known = known_arguments(called.operation)
    for number, name in enumerate(names if known is not None else ()):
        place = (*route, name if are_keys else number)
        yield from find_lost(place, name, known or (), "argument", holder=f"'{called.label}' has", is_key=are_keys)


def known_arguments(operation: Operation) -> Collection[str] | None:
    """The arguments that an operation names, or None where it allows others besides."""
    schema = operation.parameters
    properties = schema.get("properties")
    if not isinstance(properties, dict) or schema.get("additionalProperties") or schema.get("patternProperties"):
        return None
    return properties.keys()
