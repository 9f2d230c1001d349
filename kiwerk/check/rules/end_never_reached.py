"""An end whose event no step of the process can bring about.

What it does:
    Compares the events of every end with the calls of the steps that can be reached. An end is reported where none of
    its operations is called, or where an end written before it has all of its events already.

Why:
    Such an end never shows in a figure, and a case that expects it can only fail: the conversation counts as another
    end or as abandoned. Usually a step was changed and the end was not.

Example:
    ```yaml
    steps:
      - {id: vormerken, call: kalender.vormerken, next: uebergeben}
      - {id: uebergeben, call: uebergabe.mensch, end: escalated}
    ends: {resolved: {after: "kalender.buchen:ok"}, escalated: {after: uebergabe.mensch}}
    ```

Instead:
    ```yaml
    ends: {resolved: {after: "kalender.vormerken:ok"}, escalated: {after: uebergabe.mensch}}
    ```
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from kiwerk.check.flow import find_reachable
from kiwerk.check.rule import Rule
from kiwerk.finding import Finding, Related
from kiwerk.load.resolve import Unresolved, resolve_event, resolve_operation
from kiwerk.rules import parse_label

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime

    from kiwerk.finding import Span
    from kiwerk.load.project import Loaded, Project
    from kiwerk.rules import Label
    from kiwerk.spec import Process

RULE = Rule("end-never-reached")


def check_unreached_ends(project: Project, _now: datetime) -> Iterator[Finding]:
    """Ends that no conversation along the steps can have."""
    for process in project.processes.values():
        calls = {step.call for step in find_reachable(process.spec) if step.call}
        if any(isinstance(resolve_operation(project, call, process.company), Unresolved) for call in calls):
            # the one that leads nowhere may have been the one that is missed here
            continue
        earlier: list[tuple[str, Label]] = []
        for name, end in process.spec.ends.items():
            if any(isinstance(resolve_event(project, event, process.company), Unresolved) for event in end.events):
                continue
            labels = [parse_label(event) for event in end.events]
            yield from _judge(process, name, labels, calls, earlier)
            earlier += [(name, label) for label in labels]


def _judge(
    process: Loaded[Process], name: str, labels: list[Label], calls: set[str], earlier: list[tuple[str, Label]]
) -> Iterator[Finding]:
    possible = [label for label in labels if label.operation in calls]
    if not possible:
        operations = " or ".join(dict.fromkeys(f"'{label.operation}'" for label in labels))
        message = f"No step calls {operations}, so '{name}' is never reached" if labels else f"'{name}' has no event"
        yield Finding(RULE.name, message, _place(process, name), help="Add the step, or name an event that a step has")
        return
    first = [next((other for other, label in earlier if label.covers(event)), None) for event in possible]
    if all(other is not None for other in first):
        related = [Related(_place(process, other), "Wins") for other in first if other]
        message = f"'{name}' is never reached: '{first[0]}' stands before it and has the same event"
        yield Finding(
            RULE.name,
            message,
            _place(process, name),
            help="Put the more special end first, or give each its own outcome",
            related=tuple(dict.fromkeys(related)),
        )


def _place(process: Loaded[Process], end: str) -> Span:
    return process.document.span(("ends", end), key=True)
