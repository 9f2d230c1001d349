"""From a parsed document to its model; what does not fit becomes findings at the place where it stands."""

from __future__ import annotations

import difflib
from collections.abc import Iterator
from typing import Any

from pydantic import ValidationError
from pydantic_core import ErrorDetails

from kiwerk.finding import Finding
from kiwerk.load.document import Document
from kiwerk.spec import KINDS
from kiwerk.spec import Document as Spec
from kiwerk.spec.walk import Route, find_models_at, is_free_form

_WORDS = {str: "text", bool: "true or false", int: "a number", float: "a number", list: "a list", dict: "a mapping"}
_EXPECTED = {
    "string_type": "text",
    "bool_type": "true or false",
    "int_type": "a whole number",
    "float_type": "a number",
    "list_type": "a list",
    "tuple_type": "a list",
    "dict_type": "a mapping",
    "model_type": "a mapping",
    "model_attributes_type": "a mapping",
}


def kind_of(document: Document) -> tuple[type[Spec] | None, tuple[Finding, ...]]:
    """Model of a document by its `kind`, or the finding that says why there is none."""
    data = document.data
    if not isinstance(data, dict):
        return None, (
            Finding(
                "wrong-type",
                f"Expected a mapping with a kind, found {_word(data)}",
                document.span(()),
                help="A document starts with its kind, such as `kind: Agent`",
            ),
        )
    if "kind" not in data:
        return None, (
            Finding("missing-key", "The document has no kind", document.span(()), help=f"Kinds are {', '.join(KINDS)}"),
        )
    kind = data["kind"]
    if not isinstance(kind, str) or kind not in KINDS:
        return None, (
            Finding(
                "unknown-kind",
                f"Unknown kind {kind!r}",
                document.span(("kind",)),
                help=suggest(str(kind), KINDS) or f"Kinds are {', '.join(KINDS)}",
            ),
        )
    return KINDS[kind], ()


def validate_document(document: Document, model: type[Spec]) -> tuple[Spec | None, tuple[Finding, ...]]:
    """The document's content, or None with every finding that keeps it from being read."""
    findings = list(_find_lossy(document, model))
    try:
        spec = model.model_validate(document.data)
    except ValidationError as error:
        findings += _find_errors(error, document, model)
        return None, tuple(findings)
    return (None if findings else spec), tuple(findings)


def suggest(name: str, known: Any) -> str | None:
    """`Did you mean 'x'?`, or None where nothing known is close to the name."""
    close = difflib.get_close_matches(name, sorted(known), n=1, cutoff=0.6)
    return f"Did you mean '{close[0]}'?" if close else None


def _find_lossy(document: Document, model: type[Spec]) -> Iterator[Finding]:
    """Numbers whose text would change, where the author chooses the shape: `1.10`, `0123`."""
    for route, text in document.lossy:
        if is_free_form(model, route):
            yield _ambiguous(document, route, text)


def _ambiguous(document: Document, route: Route, text: str) -> Finding:
    return Finding(
        "ambiguous-scalar",
        f"{text} would be read as a number and lose its form",
        document.span(route),
        help=f'Put it in quotes to keep it as text: "{text}"; or write the number as it is',
    )


def _find_errors(error: ValidationError, document: Document, model: type[Spec]) -> Iterator[Finding]:
    seen = set()
    for detail in error.errors(include_url=False):
        finding = _finding(detail, document, model)
        # a union reports one error for each of its members: at one place one of them is enough
        place = (finding.rule, finding.span)
        if place not in seen:
            seen.add(place)
            yield finding


def _finding(detail: ErrorDetails, document: Document, model: type[Spec]) -> Finding:
    loc, kind, value = tuple(detail["loc"]), detail["type"], detail["input"]
    name = loc[-1] if loc else ""
    if kind == "extra_forbidden":
        models = find_models_at(model, loc[:-1])
        known = [field.alias or key for owner in models for key, field in owner.model_fields.items()]
        return Finding(
            "unknown-key",
            f"Unknown key '{name}'",
            document.span(loc, key=True),
            help=suggest(str(name), known) or f"Known here: {', '.join(known)}",
        )
    if kind == "missing":
        return Finding(
            "missing-key",
            f"'{name}' is missing",
            document.span(loc[:-1], key=len(loc) > 1),
            help=_description(model, loc),
        )
    if kind == "string_type" and isinstance(value, (bool, int, float)):
        text = next((text for route, text in document.lossy if document.span(route) == document.span(loc)), None)
        shown = text or str(value).lower() if isinstance(value, bool) else text or str(value)
        return Finding(
            "ambiguous-scalar",
            f"Expected text, found {'the word' if isinstance(value, bool) else 'the number'} {shown}",
            document.span(loc),
            help=f'Put it in quotes: "{shown}"',
        )
    if kind in _EXPECTED:
        return Finding(
            "wrong-type",
            f"Expected {_EXPECTED[kind]}, found {_word(value)}",
            document.span(loc),
            help=_description(model, loc),
        )
    message = detail["msg"].removeprefix("Value error, ")
    return Finding(
        "invalid-value",
        message[:1].upper() + message[1:],
        document.span(loc, key="[key]" in loc),
        help=_description(model, loc),
    )


def _description(model: type[Spec], loc: Route) -> str | None:
    """What the field at a route is for, with an example."""
    name = loc[-1] if loc else None
    for owner in find_models_at(model, loc[:-1]) if loc else ():
        for key, field in owner.model_fields.items():
            if (field.alias or key) == name and field.description:
                example = f", such as {field.examples[0]!r}" if field.examples else ""
                return field.description.split("\n")[0].rstrip(".") + example
    return None


def _word(value: object) -> str:
    return "nothing" if value is None else _WORDS.get(type(value), type(value).__name__)
