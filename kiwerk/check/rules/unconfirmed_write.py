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

from kiwerk.check.flow import steps_by_id
from kiwerk.check.rule import Rule
from kiwerk.finding import Finding, Related
from kiwerk.load.resolve import ResolvedOperation, resolve_operation

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from datetime import datetime

    from kiwerk.load.project import Project
    from kiwerk.spec import Process
    from kiwerk.spec.process import Branch, Step

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
        affirmed = _affirmed_slots(process.spec)
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


def _affirmed_slots(process: Process) -> Mapping[str, frozenset[str]]:
    """Slots whose values are affirmed on every way to a step, by step; steps that cannot be reached are absent."""
    steps = steps_by_id(process)
    first = process.steps[0].id
    affirmed: dict[str, frozenset[str]] = {first: frozenset()}
    queue = [first]
    # slots are only ever taken away from a step, so that this ends
    for step_id in queue:
        step = steps[step_id]
        for branch in step.branches:
            if branch.target not in steps:
                continue
            carried = _carried_on(step, branch, affirmed[step_id])
            before = affirmed.get(branch.target)
            after = carried if before is None else before & carried
            if after != before:
                affirmed[branch.target] = after
                queue.append(branch.target)
    return affirmed


def _carried_on(step: Step, branch: Branch, affirmed: frozenset[str]) -> frozenset[str]:
    """What is affirmed behind a branch of a step, given what was before the step."""
    if step.confirm and branch.when == "affirmed":
        return affirmed | frozenset(step.confirm)
    # what is asked again, or refused, is no longer what was affirmed
    return affirmed - frozenset(step.collect or step.confirm or ())
