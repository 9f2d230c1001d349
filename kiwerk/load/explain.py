"""pydantic's complaints as findings: at the place in the file, in the words of people who write YAML."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Any

from kiwerk.finding import Finding
from kiwerk.language.phrase import count
from kiwerk.load.problems import shorten
from kiwerk.load.suggest import find_only_slip, suggest
from kiwerk.spec.walk import find_models_at

if TYPE_CHECKING:
    from collections.abc import Mapping

    from pydantic_core import ErrorDetails

    from kiwerk.finding import Span
    from kiwerk.load.document import Document
    from kiwerk.spec import Document as Spec
    from kiwerk.spec.walk import Route

EXPECTED = {
    "string_type": "text",
    "bool_type": "true or false",
    "int_type": "a whole number",
    "int_from_float": "a whole number",
    "float_type": "a number",
    "list_type": "a list",
    "tuple_type": "a list",
    "dict_type": "a mapping",
    "model_type": "a mapping",
    "model_attributes_type": "a mapping",
}
"""What was expected, by the type of error that says something else was found."""

_FOUND = {str: "text", bool: "true or false", int: "a number", float: "a number", list: "a list", dict: "a mapping"}
_SENTENCES = {
    "greater_than": "Expected more than {gt:g}",
    "greater_than_equal": "Expected at least {ge:g}",
    "less_than": "Expected less than {lt:g}",
    "less_than_equal": "Expected at most {le:g}",
    "string_too_short": "Expected some text",
    "finite_number": "Expected a finite number",
}
_FORMS = {
    "^[a-z0-9]+(-[a-z0-9]+)*$": "lower-case letters and digits, joined by single hyphens",
    "^[a-z][a-z0-9]*(_[a-z0-9]+)*$": "lower-case letters and digits after a first letter, joined by single underscores",
}
_SIMPLE_TEXT = re.compile(r"[\w./-]+(?: [\w./-]+)*")
_KEY = "[key]"
"""Part of pydantic's routes where the key of a mapping is meant."""


def describe_type(value: object) -> str:
    """What kind of value a document holds, in a word."""
    return "nothing" if value is None else _FOUND.get(type(value), type(value).__name__)


def explain_error(detail: ErrorDetails, document: Document, model: type[Spec], written: Mapping[Span, str]) -> Finding:
    """The finding for one of pydantic's errors.

    Args:
        detail: the error.
        document: what was read.
        model: what it should have been.
        written: the text of numbers that is lost in reading them, by place.
    """
    route, kind, value = tuple(detail["loc"]), detail["type"], detail["input"]
    if kind == "extra_forbidden":
        return _unknown_key(route, document, model)
    if kind == "missing":
        return _missing_key(route, document, model)
    span = _span(document, route)
    if kind == "string_type" and isinstance(value, (bool, int, float)):
        shown = written.get(span) or json.dumps(value)
        found = "the word" if isinstance(value, bool) else "the number"
        fix = f'"{shown}"'
        message = f"Expected text, found {found} {shown}"
        return Finding("ambiguous-scalar", message, span, help=f"Put it in quotes: {fix}", fix=fix)
    if kind in EXPECTED:
        message = f"Expected {EXPECTED[kind]}, found {describe_type(value)}"
        return Finding("wrong-type", message, span, help=describe_field(model, route) or _known_keys(model, route))
    message, help_ = _invalid_value(detail)
    if route[-1:] == (_KEY,):
        route = route[:-1]
    help_ = help_ or describe_field(model, route) or describe_field(model, route[:-1])
    return Finding("invalid-value", message, span, help=help_)


def describe_field(model: type[Spec], route: Route) -> str | None:
    """What the field at a route is for, with an example."""
    for owner in find_models_at(model, route[:-1]) if route else ():
        for name, field in owner.model_fields.items():
            if (field.alias or name) == route[-1] and field.description:
                example = f", such as {_flow(field.examples[0])}" if field.examples else ""
                return field.description.split("\n")[0].rstrip(".") + example
    return None


def _span(document: Document, route: Route) -> Span:
    """The place of an error; what is wrong with a whole document is shown at its kind."""
    return document.span(route, key=_KEY in route) if route else document.span(("kind",), key=True)


def _unknown_key(route: Route, document: Document, model: type[Spec]) -> Finding:
    name, names = str(route[-1]), _field_names(model, route[:-1])
    return Finding(
        "unknown-key",
        f"Unknown key '{shorten(name)}'",
        document.span(route, key=True),
        help=suggest(name, names) or f"Known here: {', '.join(names)}",
        fix=find_only_slip(name, names),
    )


def _missing_key(route: Route, document: Document, model: type[Spec]) -> Finding:
    parent, name = route[:-1], route[-1]
    message = f"Item {name + 1} is missing" if isinstance(name, int) else f"'{name}' is missing"
    span = document.span(parent, key=True) if parent else document.span(("kind",), key=True)
    return Finding("missing-key", message, span, help=describe_field(model, route) or describe_field(model, parent))


def _invalid_value(detail: ErrorDetails) -> tuple[str, str | None]:
    """Message, and help where the error itself knows better than the field."""
    kind, value, context = detail["type"], detail["input"], detail.get("ctx", {})
    if kind == "literal_error":
        expected = str(context["expected"])
        return f"Expected {expected}", suggest(str(value), re.findall(r"'([^']*)'", expected))
    if kind == "string_pattern_mismatch":
        form = _FORMS.get(str(context["pattern"]))
        shown = shorten(str(value))
        return (f"'{shown}' is no name: expected {form}", None) if form else (f"'{shown}' has another form", None)
    if kind in ("too_short", "too_long"):
        bound = "at least" if kind == "too_short" else "at most"
        wanted = count(context.get("min_length") or context.get("max_length") or 0, "entry", "entries")
        return f"Expected {bound} {wanted}, found {context.get('actual_length')}", None
    if kind in _SENTENCES:
        return _SENTENCES[kind].format_map(context), None
    message = detail["msg"].removeprefix("Value error, ")
    return message[:1].upper() + message[1:], None


def _known_keys(model: type[Spec], route: Route) -> str | None:
    names = _field_names(model, route)
    return f"Its keys are {', '.join(names)}" if names else None


def _field_names(model: type[Spec], route: Route) -> list[str]:
    owners = find_models_at(model, route)
    return [field.alias or name for owner in owners for name, field in owner.model_fields.items()]


def _flow(value: Any) -> str:
    """A value as YAML on one line."""
    if isinstance(value, dict):
        return f"{{{', '.join(f'{key}: {_flow(item)}' for key, item in value.items())}}}"
    if isinstance(value, list):
        return f"[{', '.join(map(_flow, value))}]"
    if isinstance(value, str) and _SIMPLE_TEXT.fullmatch(value):
        return value
    return json.dumps(value, ensure_ascii=False)
