"""An agent without a scope.

What it does:
    Warns about agents that do not say in `scope` what they deal with.

Why:
    A colleague has a job description. Without one, nobody can say whether an answer about medication was a service or a
    mistake, and neither can the model.

Example:
    ```yaml
    kind: Agent
    title: Telefonempfang
    ```

Instead:
    ```yaml
    kind: Agent
    title: Telefonempfang
    scope: {in: [Terminvereinbarung, Öffnungszeiten], out: [medizinische Beratung]}
    ```
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from kiwerk.check.rule import Rule
from kiwerk.finding import Finding, Severity

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime

    from kiwerk.load.project import Project

RULE = Rule("missing-scope", Severity.WARNING)


def check_missing_scopes(project: Project, _now: datetime) -> Iterator[Finding]:
    """Agents that do not say what they are there for."""
    for agent in project.agents.values():
        if agent.spec.scope is None:
            yield Finding(
                RULE.name,
                "This agent does not say what it deals with",
                agent.span("title"),
                help="Add scope: {in: […], out: […]}",
            )
