"""Two names become one where hyphens cannot be written.

What it does:
    Templates read `facts.erster_besuch` for the document `erster-besuch`. Reports agents two of whose facts would have
    the same name there.

Why:
    One of the two would silently hide the other.

Example:
    ```yaml
    facts: [oeffnungszeiten, shared/oeffnungszeiten]     # both are facts.oeffnungszeiten
    ```

Instead:
    Rename one of the documents.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from kiwerk.check.rule import Rule
from kiwerk.finding import Finding, Related
from kiwerk.load.resolve import Unresolved, resolve_document
from kiwerk.render.bundle import template_name
from kiwerk.spec import Facts

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime

    from kiwerk.load.project import Project

RULE = Rule("name-clash", essential=True)


def check_name_clashes(project: Project, _now: datetime) -> Iterator[Finding]:
    """Facts of one agent that have the same name in its prompt."""
    for agent in project.agents.values():
        seen: dict[str, tuple[int, str]] = {}
        for number, name in enumerate(agent.spec.facts):
            facts = resolve_document(project, Facts, name, agent.company)
            if isinstance(facts, Unresolved):
                continue
            short = template_name(facts.name)
            first, first_id = seen.setdefault(short, (number, facts.id))
            # the same document twice is another finding
            if first_id != facts.id:
                yield Finding(
                    RULE.name,
                    f"'{first_id}' and '{facts.id}' are both facts.{short} in the prompt",
                    agent.span("facts", number),
                    help="Rename one of the documents",
                    related=(Related(agent.span("facts", first), "The first one"),),
                )
