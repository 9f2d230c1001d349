"""The page of the content model, `docs/reference/kinds.md`, written from the models: every kind with every field."""

from __future__ import annotations

import json
import types
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING, Annotated, Any, Literal, Union, get_args, get_origin

from pydantic import BaseModel

from kiwerk.spec import FOLDERS, KINDS, Document
from kiwerk.spec.base import RefersTo

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from pydantic.fields import FieldInfo

_INTRODUCTION = """\
# Kinds

What people write: YAML documents, each with a `kind`. The id of a document is its path below the folder of its kind,
without the ending. Unknown keys are refused, and values are not converted: `"30"` is no number. This page is written
from the models (`make reference`); what each part must fulfil beyond its type is said by the [rules](../rules.md), and
how each kind of [expectation](../expectations.md) judges is shown on a page of its own.
"""
_PLAIN: dict[Any, str] = {
    str: "text",
    int: "whole number",
    float: "number",
    bool: "`true` or `false`",
    date: "date, `YYYY-MM-DD`",
    datetime: "date and time, `YYYY-MM-DDThh:mm`",
    timedelta: "duration: a whole number and `s`, `m`, `h` or `d`",
    Any: "anything",
    object: "anything",
}
_MOMENTS = {date, datetime, timedelta}
_BOUNDS = {
    "minimum": "at least {}",
    "exclusiveMinimum": "more than {}",
    "maximum": "at most {}",
    "exclusiveMaximum": "less than {}",
    "minLength": "at least {} characters",
    "maxLength": "at most {} characters",
    "minItems": "at least {} entries",
    "maxItems": "at most {} entries",
    "minProperties": "at least {} entries",
    "pattern": "of the form `{}`",
}


def format_kinds_page() -> str:
    """The page as Markdown."""
    contents = "".join(f"- [{kind}](#{kind.lower()}): in `{FOLDERS[kind]}/`\n" for kind in KINDS)
    shown: set[type[BaseModel]] = set()
    sections = (section for model in KINDS.values() for section in _format_model(model, shown, "##"))
    return "\n".join((_INTRODUCTION, contents, *sections))


def _format_model(model: type[BaseModel], shown: set[type[BaseModel]], heading: str) -> Iterator[str]:
    """A section for the model, and one for each model that appears in it and has none yet."""
    if model in shown:
        return
    shown.add(model)
    yield f"{heading} {model.__name__}\n\n{_clean(model.__doc__ or '')}\n"
    properties = model.model_json_schema(by_alias=True).get("properties", {})
    rows = ["| field | type | needed | meaning |", "|---|---|---|---|"]
    # What all documents have comes last: it is the least asked for.
    for name, field in sorted(model.model_fields.items(), key=lambda item: item[0] in Document.model_fields):
        key = field.alias or name
        schema = properties.get(key, {})
        cells = (f"`{key}`", _format_type(field, schema), _format_need(field), _format_meaning(field))
        rows.append(f"| {' | '.join(cell.replace('|', chr(92) + '|') for cell in cells)} |")
    yield "\n".join(rows) + "\n"
    for field in model.model_fields.values():
        for inner in _find_models(field.annotation):
            yield from _format_model(inner, shown, "###")


def _format_type(field: FieldInfo, schema: dict[str, Any]) -> str:
    # An optional field's bounds stand in the branch that is not null.
    branches = [branch for branch in schema.get("anyOf", ()) if branch.get("type") != "null"]
    facts = {**schema, **branches[0]} if len(branches) == 1 else schema
    if _MOMENTS & set(_leaves(field.annotation)):
        facts = {**facts, "pattern": None}  # the type's name says it
    bounds = [words.format(facts[name]) for name, words in _BOUNDS.items() if facts.get(name) is not None]
    # One character or entry is what "not empty" means to a reader; of a number it is a bound.
    if facts.get("minimum") is None:
        bounds = ["not empty" if bound.startswith("at least 1 ") else bound for bound in bounds]
    return ", ".join((_name_type(field.annotation, field.metadata), *bounds))


def _name_type(annotation: Any, metadata: Sequence[Any] = ()) -> str:
    """The type in words."""
    target = next((item.target for item in metadata if isinstance(item, RefersTo)), None)
    if target is not None and annotation is str:
        return f"name of {_with_article(target)}"
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return f"[{annotation.__name__}](#{annotation.__name__.lower()})"
    arguments = get_args(annotation)
    origin = Union if isinstance(annotation, types.UnionType) else get_origin(annotation)
    names = {
        Annotated: lambda: _name_type(arguments[0], arguments[1:]),
        Union: lambda: " or ".join(_name_type(item, metadata) for item in arguments if item is not type(None)),
        Literal: lambda: " or ".join(f"`{item}`" for item in arguments),
        list: lambda: f"list of {_name_type(arguments[0]).replace('name of', 'names of', 1)}",
        dict: lambda: f"mapping of names to {_name_type(arguments[1])}",
        tuple: lambda: f"list: {', '.join(_name_type(item) for item in arguments)}",
    }
    return names[origin]() if origin in names else _PLAIN[annotation]


def _with_article(target: str) -> str:
    noun = f"[{target}](#{target.lower()})" if target in KINDS else target.lower()
    return f"{'an' if target[0] in 'AEIOU' else 'a'} {noun}"


def _format_need(field: FieldInfo) -> str:
    if field.is_required():
        return "yes"
    default = field.get_default(call_default_factory=True, validated_data={})
    if default in (None, [], {}, ()) or isinstance(default, BaseModel):
        return "no"
    return f"no, `{default if isinstance(default, str) else json.dumps(default)}`"


def _format_meaning(field: FieldInfo) -> str:
    meaning = _clean(field.description or "")
    if field.examples and get_origin(field.annotation) is not Literal:
        meaning += f" Such as `{json.dumps(field.examples[0], ensure_ascii=False, default=str)}`."
    return meaning


def _clean(text: str) -> str:
    return " ".join(text.split())


def _leaves(annotation: Any) -> Iterator[Any]:
    arguments = get_args(annotation) if get_origin(annotation) is not Literal else ()
    if not arguments:
        yield annotation
    for item in arguments:
        yield from _leaves(item)


def _find_models(annotation: Any) -> Iterator[type[BaseModel]]:
    for leaf in _leaves(annotation):
        if isinstance(leaf, type) and issubclass(leaf, BaseModel):
            yield leaf
