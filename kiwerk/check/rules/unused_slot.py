"""A slot that is asked for and then used nowhere.

What it does:
    Warns about slots that stand in a `collect` and neither in a `confirm` nor in a `with`, and whose name no `instruct`
    mentions.

Why:
    People are asked for something nobody needs: it costs their time, and collecting personal data without a purpose is
    not allowed (GDPR Art. 5). Or it is needed and does not arrive where it should.

Example:
    ```yaml
    - {id: erfassen, collect: [wunschtermin, rueckruf], next: buchen}
    - {id: buchen, call: kalender.buchen, with: {beginn: wunschtermin}, next: uebergeben}
    ```

Instead:
    ```yaml
    - {id: buchen, call: kalender.buchen, with: {beginn: wunschtermin, telefon: rueckruf}, next: uebergeben}
    ```
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from kiwerk.check.rule import Rule
from kiwerk.finding import Finding, Related, Severity

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime

    from kiwerk.load.project import Project
    from kiwerk.spec.process import Step

RULE = Rule("unused-slot", Severity.WARNING)

_WORD = re.compile(r"\w+")


def check_unused_slots(project: Project, _now: datetime) -> Iterator[Finding]:
    """Slots that are collected only."""
    for process in project.processes.values():
        used = {name for step in process.spec.steps for name in _find_uses(step)}
        collected: dict[str, tuple[int, int]] = {}
        for number, step in enumerate(process.spec.steps):
            for place, slot in enumerate(step.collect or ()):
                collected.setdefault(slot, (number, place))
        for slot, (number, place) in collected.items():
            if slot in process.spec.slots and slot not in used:
                yield Finding(
                    RULE.name,
                    f"'{slot}' is asked for and used nowhere",
                    process.document.span(("slots", slot), key=True),
                    help="Pass it on with a call, have it confirmed, or do not ask for it",
                    related=(Related(process.span("steps", number, "collect", place), "Asked for here"),),
                )


def _find_uses(step: Step) -> Iterator[str]:
    yield from step.confirm or ()
    yield from step.arguments.values()
    yield from (word.lower() for word in _WORD.findall(step.instruct or ""))
