"""An agent for which there is no case.

What it does:
    Warns about agents of a company that no suite tests. Where a suite of the company could not be read, it may be the
    one, and nothing is said.

Why:
    Nobody knows what the agent does, and `gate` will refuse it: no case is no evidence.

Example:
    ```yaml
    # agents/praxis-weber/empfang.yaml, and nothing in evals/praxis-weber/ says `agent: empfang`
    ```

Instead:
    ```yaml
    # evals/praxis-weber/empfang.yaml
    kind: Suite
    agent: empfang
    cases: […]
    ```
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from kiwerk.check.rule import Rule
from kiwerk.check.uses import find_suite_agent
from kiwerk.finding import Finding, Severity
from kiwerk.load.project import SHARED

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime

    from kiwerk.load.project import Project

RULE = Rule("untested-agent", Severity.WARNING)


def check_untested_agents(project: Project, _now: datetime) -> Iterator[Finding]:
    """Agents without a suite."""
    tested = {agent.id for suite in project.suites.values() if (agent := find_suite_agent(project, suite)) is not None}
    unclear = {item.identity.company for item in project.broken if item.kind in (None, "Suite")}
    for agent in project.agents.values():
        if agent.id not in tested and agent.company not in (SHARED, *unclear):
            yield Finding(
                RULE.name,
                "No case tests this agent",
                agent.span("kind"),
                help=f"Write evals/{agent.id}.yaml with agent: {agent.name}",
            )
