"""Something is changed that the customer has not affirmed.

What it does:
    Demands `confirm: explicit` of every operation with `effect: write`. In processes it follows every way from the
    first step to a step that calls such an operation: on each of them a `confirm` step must have been left by its
    branch `affirmed`. What is collected again after that is no longer affirmed.

Why:
    A model mishears, mixes up and guesses. What is booked, cancelled or ordered is real; the customer hears the final
    values and says yes before it happens.

Example:
    ```yaml
    - id: pruefen
      call: kalender.pruefen
      next: [{when: frei, then: buchen}, {else: uebergeben}]
    - {id: buchen, call: kalender.buchen, next: uebergeben}
    ```

Instead:
    ```yaml
    - id: pruefen
      call: kalender.pruefen
      next: [{when: frei, then: anbieten}, {else: uebergeben}]
    - {id: anbieten, confirm: [wunschtermin], next: [{when: affirmed, then: buchen}, {else: uebergeben}]}
    - {id: buchen, call: kalender.buchen, next: uebergeben}
    ```
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from kiwerk.check.flow import find_affirmed_slots
from kiwerk.check.rule import Rule
from kiwerk.finding import Finding, Related
from kiwerk.load.resolve import ResolvedOperation, resolve_operation

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime

    from kiwerk.load.project import Project

RULE = Rule("unconfirmed-write")


def check_unconfirmed_writes(project: Project, _now: datetime) -> Iterator[Finding]:
    """Operations that write without asking, and ways through a process to a write without an affirmation."""
    for toolset in project.toolsets.values():
        for name, operation in toolset.spec.operations.items():
            if operation.effect == "write" and operation.confirm is None:
                yield Finding(
                    RULE.name,
                    f"'{toolset.name}.{name}' changes something and asks for no confirmation",
                    toolset.span("operations", name, "effect"),
                    help="Add confirm: explicit",
                )
    for process in project.processes.values():
        affirmed = find_affirmed_slots(process.spec)
        for number, step in enumerate(process.spec.steps):
            if step.call is None or step.id not in affirmed or affirmed[step.id]:
                continue
            found = resolve_operation(project, step.call, process.company)
            if isinstance(found, ResolvedOperation) and found.operation.confirm == "explicit":
                yield Finding(
                    RULE.name,
                    f"A way leads to '{step.call}' on which nothing is affirmed",
                    process.span("steps", number, "call"),
                    help=f"Put a confirm step before it, and come here by {{when: affirmed, then: {step.id}}} alone",
                    related=(Related(found.toolset.span("operations", found.name, "confirm"), "It must be affirmed"),),
                )
