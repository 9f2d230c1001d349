"""Walking along the content model: which type stands at a route, and where the marked strings are.

A route is a tuple of keys and indexes as they stand in the YAML file (`("steps", 1, "next", 0, "then")`).
"""

from __future__ import annotations

import types
import typing
from collections.abc import Iterator
from functools import cache
from typing import Annotated, Any, NamedTuple, Union, get_args, get_origin

from pydantic import BaseModel

from kiwerk.spec.base import FreeForm, RefersTo

Route = tuple[str | int, ...]


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
    yield from _references(model, type(model), ())


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
def _has_references(annotation: Any) -> bool:
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return any(_has_references(inner) for inner in _fields(annotation).values())
    if get_origin(annotation) is Annotated:
        base, *marks = get_args(annotation)
        return any(isinstance(mark, RefersTo) for mark in marks) or _has_references(base)
    return any(_has_references(argument) for argument in get_args(annotation))


def _references(value: Any, annotation: Any, route: Route) -> Iterator[Reference]:
    if value is None or not _has_references(annotation):
        return
    mark = _mark(annotation)
    if mark is not None:
        if isinstance(value, str):
            yield Reference(route, mark.target, value, is_key=False)
        return
    if get_origin(annotation) is dict and isinstance(value, dict):
        for key in value:
            for reference in _references(key, get_args(annotation)[0], (*route, key)):
                yield reference._replace(is_key=True)
    for step, item, inner in _children(value, annotation):
        yield from _references(item, inner, (*route, *step))


def _mark(annotation: Any) -> RefersTo | None:
    if get_origin(annotation) is not Annotated:
        return None
    return next((mark for mark in get_args(annotation)[1:] if isinstance(mark, RefersTo)), None)


def _children(value: Any, annotation: Any) -> Iterator[tuple[Route, Any, Any]]:
    """What lies within a value: the step to it, the part itself, its annotation. A union's members are the value."""
    origin, arguments = get_origin(annotation), get_args(annotation)
    if isinstance(value, BaseModel):
        for name, field in type(value).model_fields.items():
            key = field.alias or name
            yield (key,), getattr(value, name), _fields(type(value))[key]
    elif origin is Annotated:
        yield (), value, arguments[0]
    elif origin in (Union, types.UnionType):
        yield from (((), value, argument) for argument in arguments)
    elif origin is dict and isinstance(value, dict):
        yield from (((key,), item, arguments[1]) for key, item in value.items())
    elif origin is list and isinstance(value, list):
        yield from (((number,), item, arguments[0]) for number, item in enumerate(value))
    elif origin is tuple and isinstance(value, tuple):
        yield from (((number,), *pair) for number, pair in enumerate(zip(value, arguments, strict=True)))
