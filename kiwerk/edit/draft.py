"""A document written out from data, with each field's meaning from the content model as a comment above it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from kiwerk.edit.order import order_of
from kiwerk.load.document import parse_document
from kiwerk.spec.walk import find_models_at

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from pydantic import BaseModel

_MAX_WIDTH = 110
_ANY = "…"
"""A key that no field has: what stands below any key of a mapping."""


def write_draft(model: type[BaseModel], data: Mapping[str, Any]) -> str:
    """The document as text in canonical style; a field that comes again is explained once."""
    return "".join(f"{line}\n" if line else "\n" for line in _Draft().mapping(model, data, 0))


def write_value(value: Any, *, inside: bool = False) -> str:
    """A value on one line, in quotes only where it would be read as something else, as more is `inside` brackets."""
    if isinstance(value, dict):
        items = (f"{write_key(key)}: {write_value(item, inside=True)}" for key, item in value.items())
        return "{" + ", ".join(items) + "}"
    if isinstance(value, list):
        return "[" + ", ".join(write_value(item, inside=True) for item in value) + "]"
    if isinstance(value, str):
        text = f"[{value}]\n" if inside else f"key: {value}\n"
        plain = not value.startswith("=") and _reads_as(text, [value] if inside else {"key": value})
        return value if plain else _quote(value)
    if value is None or isinstance(value, bool):
        return {None: "null", True: "true", False: "false"}[value]
    return str(value)


def write_key(key: str) -> str:
    """A key of a mapping, in quotes only where it would be read as something else."""
    return key if _reads_as(f"{{{key}: 0}}\n", {key: 0}) else _quote(key)


def write_block(value: Any, column: int, width: int = _MAX_WIDTH) -> list[str]:
    """What stands behind the colon of a key in a column: what is left of its own line, and the lines below it.

    Text of several lines is written so, a mapping only where one line is not wide enough for it.
    """
    inner = " " * (column + 2)
    if isinstance(value, str) and "\n" in value:
        ends = value.endswith("\n")
        below = (f"{inner}{line}" if line else "" for line in value.removesuffix("\n").split("\n"))
        block = [" |" if ends else " |-", *below]
        reads = _reads_as(
            "".join(f"{line}\n" for line in (f"{' ' * column}key:{block[0]}", *block[1:])), {"key": value}
        )
        return block if reads else [f" {_quote(value)}"]
    line = f" {write_value(value)}"
    if len(line) > width and value and isinstance(value, list) and all(isinstance(item, dict) for item in value):
        return ["", *(f"{' ' * (column + 2)}- {write_value(item)}" for item in value)]
    if len(line) <= width or not isinstance(value, dict) or not value:
        return [line]
    lines = [""]
    for name, item in value.items():
        lines += write_entry(name, item, column + 2)
    return lines


def write_entry(key: str, value: Any, column: int) -> list[str]:
    """A key with its value in lines of their own."""
    head = f"{' ' * column}{write_key(key)}:"
    first, *rest = write_block(value, column, _MAX_WIDTH - len(head))
    return [f"{head}{first}", *rest]


class _Draft:
    def __init__(self) -> None:
        self.explained: set[tuple[type[BaseModel], str]] = set()

    def mapping(self, model: type[BaseModel], data: Mapping[str, Any], column: int) -> list[str]:
        """The lines of a mapping whose keys are a model's fields."""
        lines: list[str] = []
        fields = {field.alias or name: field for name, field in model.model_fields.items()}
        for key in order_of(model):
            if key not in data:
                continue
            if (model, key) not in self.explained:
                self.explained.add((model, key))
                lines.append(f"{' ' * column}# {fields[key].description}")
            lines += self._field(model, key, data[key], column)
        return lines

    def _field(self, model: type[BaseModel], key: str, value: Any, column: int) -> list[str]:
        head = f"{' ' * column}{key}:"
        if isinstance(value, dict) and value:
            inner = _model_at(model, (key,))
            if inner is not None:
                return [head, *self.mapping(inner, value, column + 2)]
            for route, write in (((key, _ANY), self.mapping), ((key, _ANY, 0), self._items)):
                inner = _model_at(model, route)
                if inner is not None:
                    lines = [head]
                    for name, item in value.items():
                        lines += [f"{' ' * (column + 2)}{write_key(name)}:", *write(inner, item, column + 4)]
                    return lines
        if isinstance(value, list) and value and all(isinstance(item, dict) for item in value):
            inner = _model_at(model, (key, 0))
            if inner is not None:
                return [head, *self._items(inner, value, column + 2)]
        return write_entry(key, value, column)

    def _items(self, model: type[BaseModel], items: Sequence[Mapping[str, Any]], column: int) -> list[str]:
        return [line for item in items for line in self._item(model, item, column)]

    def _item(self, model: type[BaseModel], item: Mapping[str, Any], column: int) -> list[str]:
        if all((model, key) in self.explained for key in item) and len(write_value(item)) < _MAX_WIDTH - column:
            return [f"{' ' * column}- {write_value({key: item[key] for key in order_of(model) if key in item})}"]
        lines = self.mapping(model, item, column + 2)
        first = next(number for number, line in enumerate(lines) if not line.lstrip().startswith("#"))
        comments = [line[2:] for line in lines[:first]]
        return [*comments, f"{' ' * column}- {lines[first].lstrip()}", *lines[first + 1 :]]


def _model_at(model: type[BaseModel], route: tuple[str | int, ...]) -> type[BaseModel] | None:
    """The one model at a route; a part that its field does not have leads nowhere."""
    above = find_models_at(model, route[:-1])
    found = [item for item in find_models_at(model, route) if item not in above or len(route) == 1]
    return found[0] if found else None


def _reads_as(text: str, value: object) -> bool:
    parsed = parse_document(text.encode(), "draft")
    return parsed.document is not None and parsed.document.data == value


def _quote(text: str) -> str:
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n") + '"'
