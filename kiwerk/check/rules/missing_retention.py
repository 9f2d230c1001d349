"""Personal data is kept for a time that nobody stated, or for longer than was promised.

What it does:
    Demands `retention` of every slot with `pii`, not longer than `data_protection.retention` of each agent that
    follows the process.

Why:
    Personal data may be kept for as long as its purpose needs it (GDPR Art. 5 (1) e), and the record of processing
    activities states the time limit (Art. 30). What a process keeps for longer than the agent's record says makes
    the record wrong.

Example:
    ```yaml
    slots: {rueckruf: {type: phone, pii: contact}}
    ```

Instead:
    ```yaml
    slots: {rueckruf: {type: phone, pii: contact, retention: 30d}}
    ```
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from kiwerk.check.rule import Rule
from kiwerk.check.uses import find_personal_slots
from kiwerk.finding import Finding, Related, Severity

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime

    from kiwerk.load.project import Project

RULE = Rule("missing-retention", Severity.WARNING, governance=True)


def check_missing_retention(project: Project, _now: datetime) -> Iterator[Finding]:
    """Slots of personal data without a time limit, or with a longer one than an agent's."""
    for process in project.processes.values():
        for name, slot in process.spec.slots.items():
            if slot.pii is not None and slot.retention is None:
                yield Finding(
                    RULE.name,
                    f"Nothing says how long '{name}' is kept",
                    process.span("slots", name, key=True),
                    help="Add retention, such as retention: 30d",
                )
    for agent in project.agents.values():
        protection = agent.spec.data_protection
        if protection is None:
            continue
        for _, process, name, slot in find_personal_slots(project, agent):
            if slot.retention is not None and slot.retention > protection.retention:
                yield Finding(
                    RULE.name,
                    f"'{name}' is kept for longer than the agent '{agent.id}' states",
                    process.span("slots", name, "retention"),
                    help="Keep it for as long as the agent states, or state the longer time there",
                    related=(Related(agent.span("data_protection", "retention"), "What the agent states"),),
                )
