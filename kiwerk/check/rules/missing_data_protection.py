"""An agent processes personal data, and nothing says why it may.

What it does:
    Demands `data_protection` of every agent that people reach from outside (`phone`, `email`, `chat`), and of every
    other one that follows a process with a slot of personal data (`pii`). An agent whose processes say of each such
    slot how long it is kept (`retention`) has stated enough.

Why:
    The record of processing activities names purpose, legal basis and time limit of each (GDPR Art. 30). Callers say
    who they are and what they want even where no process asks for it.

Example:
    ```yaml
    kind: Agent
    channel: phone
    ```

Instead:
    ```yaml
    kind: Agent
    channel: phone
    data_protection:
      purpose: Vereinbarung von Behandlungsterminen
      legal_basis: Art. 6 Abs. 1 lit. b DSGVO
      retention: 30d
    ```
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from kiwerk.check.rule import Rule
from kiwerk.check.uses import find_personal_slots, find_processes
from kiwerk.finding import Finding, Related, Severity

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime

    from kiwerk.load.project import Project

RULE = Rule("missing-data-protection", Severity.WARNING, governance=True)

_HELP = "Add data_protection with purpose, legal_basis and retention"


def check_missing_data_protection(project: Project, _now: datetime) -> Iterator[Finding]:
    """Agents that meet people or learn personal data, without `data_protection`."""
    for agent in project.agents.values():
        slots = list(find_personal_slots(project, agent))
        is_stated = bool(slots) and all(process.spec.slots[name].retention for _, process, name, _ in slots)
        # what a process that cannot be read says about its slots is not known
        is_unknown = len(list(find_processes(project, agent))) < len(agent.spec.processes)
        if agent.spec.data_protection is not None or is_stated or is_unknown:
            continue
        if agent.spec.channel != "internal":
            message = "People tell this agent who they are, and its data protection is not stated"
            yield Finding(RULE.name, message, agent.span("channel"), help=_HELP)
            continue
        for number, process, name, _ in slots:
            yield Finding(
                RULE.name,
                "This agent learns personal data, and its data protection is not stated",
                agent.span("processes", number),
                help=_HELP,
                related=(Related(process.span("slots", name, "pii"), "Personal data"),),
            )
            break
