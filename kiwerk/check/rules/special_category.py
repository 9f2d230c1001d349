"""Health data is processed on a legal basis that does not cover it.

What it does:
    Looks for Art. 9 in `data_protection.legal_basis` of every agent that follows a process with a slot of
    `pii: health`.

Why:
    Data about health is a special category: processing it is forbidden unless one of the exceptions of GDPR
    Art. 9 (2) holds, and Art. 6 alone is none. Financial data is sensitive, but no special category.

Example:
    ```yaml
    # processes/praxis-weber/rezeptbestellung.yaml
    slots: {medikament: {type: text, pii: health, retention: 30d}}
    # agents/praxis-weber/servicepost.yaml
    data_protection: {legal_basis: Art. 6 Abs. 1 lit. b DSGVO}
    ```

Instead:
    ```yaml
    data_protection: {legal_basis: Art. 6 Abs. 1 lit. b und Art. 9 Abs. 2 lit. h DSGVO}
    ```
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from kiwerk.check.rule import Rule
from kiwerk.check.uses import find_personal_slots
from kiwerk.finding import Finding, Related, Severity

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime

    from kiwerk.load.project import Project

RULE = Rule("special-category", Severity.WARNING, governance=True)

# "Art. 6 und 9", "Art. 6, 9" and "Artikel 9" name it, "Art. 6 Abs. 9" and "Art. 90" do not.
_ARTICLE_9 = re.compile(
    r"\bart(?:\.|ikel|icle|icles|s\.)?\s*(?:\d+\s*(?:,|und|and|&|/)\s*(?:art(?:\.|ikel|icle)?\s*)?)*9(?!\d)",
    re.IGNORECASE,
)


def check_special_categories(project: Project, _now: datetime) -> Iterator[Finding]:
    """Agents that learn health data and whose legal basis does not name Art. 9; a missing basis is another rule's."""
    for agent in project.agents.values():
        if agent.spec.data_protection is None or _ARTICLE_9.search(agent.spec.data_protection.legal_basis):
            continue
        places = tuple(
            Related(process.span("slots", name, "pii"), "Health data")
            for _, process, name, slot in find_personal_slots(project, agent)
            if slot.pii == "health"
        )
        if places:
            yield Finding(
                RULE.name,
                "The legal basis does not name Art. 9, and this agent learns health data",
                agent.span("data_protection", "legal_basis"),
                help="Name the exception that holds, such as Art. 9 Abs. 2 lit. h DSGVO for health care",
                related=places,
            )
