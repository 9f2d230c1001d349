"""Walking along the content model: which type stands at a route, and where the marked strings are.

A route is a tuple of keys and indexes as they stand in the YAML file (`("steps", 1, "next", 0, "then")`).
"""

from __future__ import annotations

import types
import typing
from collections.abc import Callable, Iterator
from functools import cache
from typing import Annotated, Any, NamedTuple, Union, get_args, get_origin

from pydantic import BaseModel

from kiwerk.spec.base import FreeForm, RefersTo

Route = tuple[str | int, ...]
_Walker = Callable[[Any, Route, "list[Reference]"], None]
"""Adds the references in a value at a route to a list: generators within each other took twice as long."""


class Reference(NamedTuple):
    """One string in a document that names something else."""

    route: Route
    target: str
    """What it names: a kind, or `Operation`, `Event`, `Person`, `Phrase`."""
    name: str
    is_key: bool
    """Whether the string is a mapping's key."""


def find_references(model: BaseModel) -> Iterator[Reference]:
    """Every marked string in a document, in the order of its fields."""
    found: list[Reference] = []
    walk = _walker(type(model))
    if walk is not None:
        walk(model, (), found)
    return iter(found)


def find_models_at(root: type[BaseModel], route: Route) -> tuple[type[BaseModel], ...]:
    """Models that may stand at a route, so that their fields can be suggested; parts unknown to them are skipped."""
    return tuple(
        annotation
        for annotation in _annotations_at(root, route)[0]
        if isinstance(annotation, type) and issubclass(annotation, BaseModel)
    )


def is_free_form(root: type[BaseModel], route: Route) -> bool:
    """Whether a route lies inside data whose shape the author chooses."""
    return _annotations_at(root, route)[1]


def _annotations_at(root: type[BaseModel], route: Route) -> tuple[list[Any], bool]:
    candidates: list[Any] = [root]
    free = False
    for part in route:
        inner = [annotation for candidate in candidates for annotation in _step(candidate, part)]
        if not inner:
            continue
        free = free or any(marker for _, marker in inner)
        candidates = [annotation for annotation, _ in inner]
    return candidates, free


def _step(annotation: Any, part: str | int) -> list[tuple[Any, bool]]:
    """What stands below an annotation at a key or an index, each with whether it is free-form."""
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        field = _fields(annotation).get(part) if isinstance(part, str) else None
        return [] if field is None else _flatten(field, free=False)
    origin, arguments = get_origin(annotation), get_args(annotation)
    if origin is dict and isinstance(part, str):
        return _flatten(arguments[1], free=False)
    if origin is list and isinstance(part, int):
        return _flatten(arguments[0], free=False)
    if origin is tuple and isinstance(part, int) and part < len(arguments):
        return _flatten(arguments[part], free=False)
    return []


def _flatten(annotation: Any, *, free: bool) -> list[tuple[Any, bool]]:
    """The plain types an annotation allows, without `Annotated`, unions and None."""
    if annotation is Any:
        return [(Any, True)]
    origin, arguments = get_origin(annotation), get_args(annotation)
    if origin is Annotated:
        return _flatten(arguments[0], free=free or any(isinstance(mark, FreeForm) for mark in arguments[1:]))
    if origin in (Union, types.UnionType):
        return [item for argument in arguments for item in _flatten(argument, free=free) if argument is not type(None)]
    return [(annotation, free)]


@cache
def _fields(model: type[BaseModel]) -> dict[str, Any]:
    """Annotations of a model's fields by the key a person writes."""
    hints = typing.get_type_hints(model, include_extras=True)
    return {field.alias or name: hints[name] for name, field in model.model_fields.items()}


@cache
def _walker(annotation: Any) -> _Walker | None:
    """What finds the marked strings in values of a type; None for a type that has none, which most have."""
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return _model_walker(annotation)
    origin, arguments = get_origin(annotation), get_args(annotation)
    if origin is Annotated:
        mark = next((mark for mark in arguments[1:] if isinstance(mark, RefersTo)), None)
        return _walker(arguments[0]) if mark is None else _mark_walker(mark.target)
    inner = [_walker(argument) for argument in arguments]
    if not any(inner):
        return None
    if origin in (Union, types.UnionType):
        return _union_walker([walk for walk in inner if walk])
    if origin is dict:
        return _dict_walker(*inner)
    return _tuple_walker(inner) if origin is tuple else _list_walker(inner)


def _model_walker(model: type[BaseModel]) -> _Walker | None:
    names = {field.alias or name: name for name, field in model.model_fields.items()}
    inner = [(key, names[key], walk) for key, annotation in _fields(model).items() if (walk := _walker(annotation))]

    def walk_model(value: Any, route: Route, found: list[Reference]) -> None:
        if isinstance(value, model):
            for key, name, walk in inner:
                item = getattr(value, name)
                if item is not None:
                    walk(item, (*route, key), found)

    return walk_model if inner else None


def _mark_walker(target: str) -> _Walker:
    def walk_mark(value: Any, route: Route, found: list[Reference]) -> None:
        if isinstance(value, str):
            found.append(Reference(route, target, value, is_key=False))

    return walk_mark


def _union_walker(members: list[_Walker]) -> _Walker:
    def walk_union(value: Any, route: Route, found: list[Reference]) -> None:
        for walk in members:
            walk(value, route, found)

    return walk_union if len(members) > 1 else members[0]


def _dict_walker(of_keys: _Walker | None, of_values: _Walker | None) -> _Walker:
    def walk_dict(value: Any, route: Route, found: list[Reference]) -> None:
        if isinstance(value, dict):
            if of_keys:
                keys: list[Reference] = []
                for key in value:
                    of_keys(key, (*route, key), keys)
                found += [reference._replace(is_key=True) for reference in keys]
            if of_values:
                for key, item in value.items():
                    of_values(item, (*route, key), found)

    return walk_dict


def _list_walker(inner: list[_Walker | None]) -> _Walker:
    (walk,) = (each for each in inner if each)

    def walk_list(value: Any, route: Route, found: list[Reference]) -> None:
        if isinstance(value, list):
            for number, item in enumerate(value):
                walk(item, (*route, number), found)

    return walk_list


def _tuple_walker(inner: list[_Walker | None]) -> _Walker:
    def walk_tuple(value: Any, route: Route, found: list[Reference]) -> None:
        if isinstance(value, tuple):
            for number, (item, walk) in enumerate(zip(value, inner, strict=True)):
                if walk:
                    walk(item, (*route, number), found)

    return walk_tuple
