"""A step that no conversation can reach.

What it does:
    Follows `next` from the first step of a process and reports every step that is never met.

Why:
    Somebody wrote down what should happen there, and it never will. Most often a branch leads to the wrong step.

Example:
    ```yaml
    steps:
      - {id: erfassen, collect: [name], next: uebergeben}
      - {id: buchen, call: kalender.buchen, next: uebergeben}
      - {id: uebergeben, call: uebergabe.mensch, end: escalated}
    ```

Instead:
    ```yaml
    steps:
      - {id: erfassen, collect: [name], next: [{when: given, then: buchen}, {else: uebergeben}]}
      - {id: buchen, call: kalender.buchen, next: uebergeben}
      - {id: uebergeben, call: uebergabe.mensch, end: escalated}
    ```
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from kiwerk.check.flow import find_reachable
from kiwerk.check.rule import Rule
from kiwerk.finding import Finding

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime

    from kiwerk.load.project import Project

RULE = Rule("unreachable-step")


def check_unreachable_steps(project: Project, _now: datetime) -> Iterator[Finding]:
    """Steps that cannot be reached from the first one."""
    for process in project.processes.values():
        reachable = {step.id for step in find_reachable(process.spec)}
        for number, step in enumerate(process.spec.steps):
            if step.id not in reachable:
                yield Finding(
                    RULE.name,
                    f"No step leads to '{step.id}'",
                    process.span("steps", number, "id"),
                    help="Let a branch lead here, or take the step out",
                )
