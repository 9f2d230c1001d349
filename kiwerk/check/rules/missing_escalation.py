"""A company in which no person takes urgent matters.

What it does:
    Demands `escalation: true` of at least one person of every Organization whose company has agents. It is a duty of
    governance: a warning until an Environment names a target, an error from then on.

Why:
    An agent meets emergencies, threats and complaints that cannot wait. Somebody must be there for them by name, before
    it happens.

Example:
    ```yaml
    people: {praxisleitung: {name: Dr. Jana Weber, deputy: empfang}, empfang: {name: Ute Probe}}
    ```

Instead:
    ```yaml
    people: {praxisleitung: {name: Dr. Jana Weber, deputy: empfang, escalation: true}, empfang: {name: Ute Probe}}
    ```
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from kiwerk.check.rule import Rule
from kiwerk.finding import Finding, Severity
from kiwerk.load.project import SHARED

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime

    from kiwerk.load.project import Project

RULE = Rule("missing-escalation", Severity.WARNING, governance=True)


def check_missing_escalations(project: Project, _now: datetime) -> Iterator[Finding]:
    """Organizations with agents and without a person for urgent matters."""
    with_agents = {agent.company for agent in project.agents.values()}
    for organization in project.organizations.values():
        people = organization.spec.people
        if organization.company == SHARED or organization.company not in with_agents:
            continue
        if not any(person.escalation for person in people.values()):
            yield Finding(
                RULE.name,
                "Nobody of this company takes urgent matters",
                organization.document.span(("people",), key=True),
                help=f"Add escalation: true to somebody, such as '{next(iter(people))}'",
            )
