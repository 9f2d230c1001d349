"""A process, or a part of it, from which no way leads to an end.

What it does:
    Follows every way through the steps of a process. A step that can be reached, and from which no step with `end` can
    be reached in turn, is reported: at the step through which one gets in, or once for the process where no step at all
    leads to an end.

Why:
    Whoever gets there goes round in circles until they hang up, and the conversation counts as abandoned.

Example:
    ```yaml
    steps:
      - {id: erfassen, collect: [wunschtermin], next: pruefen}
      - {id: pruefen, call: kalender.pruefen, next: [{when: frei, then: uebergeben}, {else: nochmal}]}
      - {id: nochmal, instruct: Einen anderen Termin erbitten., next: warten}
      - {id: warten, instruct: Auf die Antwort warten., next: nochmal}
      - {id: uebergeben, call: uebergabe.mensch, end: escalated}
    ```

Instead:
    ```yaml
      - {id: nochmal, instruct: Einen anderen Termin erbitten., next: erfassen}
    ```
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from kiwerk.check.flow import find_reachable, find_trapped
from kiwerk.check.rule import Rule
from kiwerk.finding import Finding

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime

    from kiwerk.load.project import Project

RULE = Rule("no-end")

_HELP = "Let a branch lead to a step with end"


def check_ways_to_an_end(project: Project, _now: datetime) -> Iterator[Finding]:
    """Steps that can be reached and never left for an end."""
    for process in project.processes.values():
        trapped = find_trapped(process.spec)
        if process.spec.steps[0].id in trapped:
            message = "No step of this process leads to an end"
            yield Finding(RULE.name, message, process.document.span(("steps",), key=True), help=_HELP)
            continue
        entered = {
            branch.target for step in find_reachable(process.spec) if step.id not in trapped for branch in step.branches
        }
        told = set()
        for number, step in enumerate(process.spec.steps):
            if step.id in trapped and step.id in entered and step.id not in told:
                told.add(step.id)
                message = f"No way leads from '{step.id}' to an end"
                yield Finding(RULE.name, message, process.span("steps", number, "id"), help=_HELP)
