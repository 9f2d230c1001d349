"""A process in which nobody can get to a human.

What it does:
    Demands that a step which calls an operation with `effect: handover` can be reached from the first step.

Why:
    An AI employee meets people it cannot help: their matter is unusual, urgent, or they do not want to talk to a
    machine. A process without a way out leaves them alone.

Example:
    ```yaml
    steps:
      - {id: erfassen, collect: [frage], next: antworten}
      - {id: antworten, instruct: Die Frage beantworten., end: beantwortet}
    ```

Instead:
    ```yaml
    steps:
      - {id: erfassen, collect: [frage], next: [{when: given, then: antworten}, {else: uebergeben}]}
      - {id: antworten, instruct: Die Frage beantworten., end: beantwortet}
      - {id: uebergeben, call: uebergabe.mensch, end: escalated}
    ```
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from kiwerk.check.flow import find_reachable
from kiwerk.check.rule import Rule
from kiwerk.finding import Finding
from kiwerk.load.resolve import Unresolved, resolve_operation

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime

    from kiwerk.load.project import Project

RULE = Rule("no-human")


def check_ways_to_a_human(project: Project, _now: datetime) -> Iterator[Finding]:
    """Processes without a reachable handover."""
    for process in project.processes.values():
        calls = [step.call for step in find_reachable(process.spec) if step.call]
        operations = [resolve_operation(project, call, process.company) for call in calls]
        # an operation that leads nowhere may have been the handover, and is told already
        if any(isinstance(item, Unresolved) or item.operation.effect == "handover" for item in operations):
            continue
        yield Finding(
            RULE.name,
            "No step of this process hands over to a human",
            process.document.span(("steps",), key=True),
            help="Add a step that calls an operation with effect: handover, and let an else lead to it",
        )
