"""Something is changed with a value that no slot gives.

What it does:
    Goes through the steps that call an operation with `effect: write`, and warns about every argument in the `required`
    of its parameters that `with` ties to no slot. Arguments whose schema leaves no choice (`const`, an `enum` of one,
    a `default`) need none.

Why:
    What no slot gives, nobody has asked for or confirmed: the model fills it in by itself, and it ends up in a booking
    or an order.

Example:
    ```yaml
    # kalender.buchen requires beginn and telefon
    - {id: buchen, call: kalender.buchen, with: {beginn: wunschtermin}, next: uebergeben}
    ```

Instead:
    ```yaml
    - {id: buchen, call: kalender.buchen, with: {beginn: wunschtermin, telefon: rueckruf}, next: uebergeben}
    ```
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from kiwerk.check.rule import Rule
from kiwerk.finding import Finding, Related, Severity
from kiwerk.load.resolve import Unresolved, resolve_operation

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime

    from kiwerk.load.project import Project
    from kiwerk.spec.toolset import Operation

RULE = Rule("unfilled-argument", Severity.WARNING)


def check_unfilled_arguments(project: Project, _now: datetime) -> Iterator[Finding]:
    """Arguments of writing calls that no slot fills, once for each step."""
    for process in project.processes.values():
        for number, step in enumerate(process.spec.steps):
            found = resolve_operation(project, step.call, process.company) if step.call else None
            if found is None or isinstance(found, Unresolved) or found.operation.effect != "write":
                continue
            missing = [name for name in _find_required(found.operation) if name not in step.arguments]
            if missing:
                names = ", ".join(f"'{name}'" for name in missing)
                example = ", ".join(f"{name}: …" for name in missing)
                yield Finding(
                    RULE.name,
                    f"No slot fills {names} of '{found.label}'",
                    process.span("steps", number, "call"),
                    help=f"Say which slot does: with: {{{example}}}",
                    related=(Related(found.toolset.span("operations", found.name, "parameters"), "Required here"),),
                )


def _find_required(operation: Operation) -> Iterator[str]:
    """Names of the arguments that must be given and could be given differently."""
    required, properties = operation.parameters.get("required"), operation.parameters.get("properties")
    for name in dict.fromkeys(required) if isinstance(required, list) and _are_names(required) else ():
        schema = properties.get(name) if isinstance(properties, dict) else None
        if not (isinstance(schema, dict) and _is_settled(schema)):
            yield name


def _are_names(values: list[Any]) -> bool:
    # a schema that is none is told elsewhere
    return all(isinstance(value, str) for value in values)


def _is_settled(schema: dict[str, Any]) -> bool:
    options = schema.get("enum")
    return "const" in schema or "default" in schema or (isinstance(options, list) and len(options) == 1)
