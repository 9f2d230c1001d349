"""A slot that no step asks for.

What it does:
    Reports slots that stand in `slots` but in no `collect`, with the steps that confirm them or pass them on.

Why:
    What nobody asks for, the model invents: it will state a phone number to be confirmed and book with it.

Example:
    ```yaml
    slots:
      wunschtermin: {type: datetime, required: true}
      rueckruf: {type: phone, required: true}
    steps:
      - {id: erfassen, collect: [wunschtermin], next: buchen}
      - id: buchen
        call: kalender.buchen
        with: {beginn: wunschtermin, telefon: rueckruf}
        next: uebergeben
    ```

Instead:
    ```yaml
      - {id: erfassen, collect: [wunschtermin, rueckruf], next: buchen}
    ```
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from kiwerk.check.rule import Rule
from kiwerk.finding import Finding, Related

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime

    from kiwerk.load.project import Loaded, Project
    from kiwerk.spec import Process

RULE = Rule("uncollected-slot")


def check_uncollected_slots(project: Project, _now: datetime) -> Iterator[Finding]:
    """Slots that stand in no `collect`."""
    for process in project.processes.values():
        collected = {slot for step in process.spec.steps for slot in step.collect or ()}
        for slot in process.spec.slots:
            if slot not in collected:
                yield Finding(
                    RULE.name,
                    f"No step collects '{slot}'",
                    process.document.span(("slots", slot), key=True),
                    help=f"Add a step with collect: [{slot}], or take the slot out",
                    related=tuple(_find_uses(process, slot)),
                )


def _find_uses(process: Loaded[Process], slot: str) -> Iterator[Related]:
    for number, step in enumerate(process.spec.steps):
        for place, name in enumerate(step.confirm or ()):
            if name == slot:
                yield Related(process.span("steps", number, "confirm", place), "Confirmed here")
        for argument, name in step.arguments.items():
            if name == slot:
                yield Related(process.span("steps", number, "with", argument), "Used here")
