"""Nobody stands in for the person who leads an agent.

What it does:
    Demands that the `owner` of every agent has a `deputy` in the company's Organization. It is a duty of
    governance: a warning until an Environment names a target, an error from then on.

Why:
    Complaints, alerts and reviews come on days when the owner is ill or away. An agent works on every one of them.

Example:
    ```yaml
    people: {praxisleitung: {name: Dr. Jana Weber}, empfang: {name: Ute Probe}}
    ```

Instead:
    ```yaml
    people: {praxisleitung: {name: Dr. Jana Weber, deputy: empfang}, empfang: {name: Ute Probe}}
    ```
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from kiwerk.check.rule import Rule
from kiwerk.finding import Finding, Related, Severity
from kiwerk.load.project import SHARED

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime

    from kiwerk.load.project import Project

RULE = Rule("missing-deputy", Severity.WARNING, governance=True)


def check_missing_deputies(project: Project, _now: datetime) -> Iterator[Finding]:
    """People who lead an agent and have no deputy, each once."""
    told = set()
    for agent in project.agents.values():
        owner, company = agent.spec.owner, agent.company
        organization = project.organization(company)
        if organization is None or owner is None or company == SHARED or (company, owner) in told:
            continue
        person = organization.spec.people.get(owner)
        if person is None:
            # an owner who is nobody is told elsewhere
            continue
        told.add((company, owner))
        if person.deputy is None or person.deputy == owner:
            what = "nobody" if person.deputy is None else "nobody else"
            others = [name for name in organization.spec.people if name != owner]
            yield Finding(
                RULE.name,
                f"'{owner}' leads '{agent.name}', and {what} stands in",
                organization.document.span(("people", owner), key=True),
                help=f"Add deputy: {others[0]}" if others else "Add another person, and name them as the deputy",
                related=(Related(agent.span("owner"), "Owned here"),),
            )
