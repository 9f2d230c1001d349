"""The parameters of an operation are no JSON Schema of an object.

What it does:
    Holds every operation's `parameters` against JSON Schema 2020-12, with its regular expressions, and demands
    `type: object`, properties for all that is `required`, and references that stay within the schema.

Why:
    Models fill in what the schema says, and every call is checked against it. A slip such as `type: sting` or a
    required argument that does not exist makes the operation one that nobody can call, or one that takes anything.

Example:
    ```yaml
    parameters: {type: object, required: [begin], properties: {beginn: {type: sting}}}
    ```

Instead:
    ```yaml
    parameters: {type: object, required: [beginn], properties: {beginn: {type: string}}}
    ```
"""

from __future__ import annotations

import json
from functools import lru_cache
from typing import TYPE_CHECKING

from kiwerk.check.rule import Rule
from kiwerk.finding import Finding
from kiwerk.load.problems import shorten
from kiwerk.load.suggest import suggest

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime
    from typing import Any

    from kiwerk.load.project import Project
    from kiwerk.spec.walk import Route

RULE = Rule("invalid-schema", essential=True)

_TYPES = ("string", "number", "integer", "boolean", "array", "object", "null")


def check_invalid_schemas(project: Project, _now: datetime) -> Iterator[Finding]:
    """Parameters that are no schema of an object."""
    for toolset in project.toolsets.values():
        for name, operation in toolset.spec.operations.items():
            problem = _find_problem(json.dumps(operation.parameters, sort_keys=True))
            if problem is not None:
                route, message, help_ = problem
                yield Finding(RULE.name, message, toolset.span("operations", name, "parameters", *route), help=help_)


@lru_cache(maxsize=4096)
def _find_problem(text: str) -> tuple[Route, str, str | None] | None:
    """Place, message and help for what is wrong first; the same schemas stand in many companies."""
    schema = json.loads(text)
    if schema.get("type") != "object":
        return ("type",), "The parameters of an operation are an object", "Write type: object"
    found = _not_a_schema(schema)
    if found is not None:
        return found
    properties = schema.get("properties", {})
    for number, name in enumerate(schema.get("required", ())):
        if name not in properties:
            return (
                ("required", number),
                f"'{name}' is required and is none of the properties",
                suggest(name, properties),
            )
    return next(_find_outside_references(schema, schema, ()), None)


def _not_a_schema(schema: dict[str, Any]) -> tuple[Route, str, str | None] | None:
    from jsonschema import Draft202012Validator as Validator
    from jsonschema.exceptions import best_match

    metaschema = Validator(Validator.META_SCHEMA, format_checker=Validator.FORMAT_CHECKER)
    error = best_match(metaschema.iter_errors(schema))
    if error is None:
        return None
    route, shown = tuple(error.absolute_path), shorten(str(error.instance))
    if route[-1:] == ("type",):
        return route, f"'{shown}' is not a type", suggest(shown, _TYPES) or f"Types are {', '.join(_TYPES)}"
    if error.validator == "format" and error.validator_value == "regex":
        return route, f"'{shown}' is not a regular expression", None
    return route, f"Not a JSON Schema: {shorten(error.message)}", None


def _find_outside_references(schema: Any, part: Any, route: Route) -> Iterator[tuple[Route, str, str | None]]:
    if isinstance(part, dict):
        for key, value in part.items():
            if key == "$ref" and isinstance(value, str) and not _leads_inside(schema, value):
                message = f"'{value}' leads nowhere within this schema"
                yield (*route, key), message, "Write the schema out, or refer to a part of it: #/$defs/name"
            yield from _find_outside_references(schema, value, (*route, key))
    elif isinstance(part, list):
        for number, value in enumerate(part):
            yield from _find_outside_references(schema, value, (*route, number))


def _leads_inside(schema: Any, reference: str) -> bool:
    if reference == "#":
        return True
    if not reference.startswith("#/"):
        return False
    part = schema
    for step in reference[2:].split("/"):
        name = step.replace("~1", "/").replace("~0", "~")
        if not isinstance(part, dict) or name not in part:
            return False
        part = part[name]
    return True
