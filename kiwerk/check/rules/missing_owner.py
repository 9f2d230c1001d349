"""Nobody answers for an agent or a process.

What it does:
    Demands an `owner` of every agent and every process, and that the owner is one of the `people` of the company's
    Organization. Processes in `shared/` need an owner too; where `shared/` has no Organization, any name will do.

Why:
    An AI employee is led by somebody, as every employee is: complaints, alerts and reviews need a person to go to.

Example:
    ```yaml
    kind: Agent
    title: Telefonempfang
    owner: praxisleitun
    ```

Instead:
    ```yaml
    kind: Agent
    title: Telefonempfang
    owner: praxisleitung      # a key of `people` in the company's Organization
    ```
"""

from __future__ import annotations

from itertools import chain
from typing import TYPE_CHECKING

from kiwerk.check.rule import Rule
from kiwerk.finding import Finding
from kiwerk.load.resolve import resolve_name

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime

    from kiwerk.load.project import Loaded, Project
    from kiwerk.spec import Agent, Process

RULE = Rule("missing-owner")


def check_missing_owners(project: Project, _now: datetime) -> Iterator[Finding]:
    """Agents and processes without an owner, or with one who is no person of the organization."""
    owned: Iterator[Loaded[Agent] | Loaded[Process]] = chain(project.agents.values(), project.processes.values())
    for loaded in owned:
        owner = loaded.spec.owner
        organization = project.organization(loaded.company)
        if owner is None:
            yield Finding(
                RULE.name,
                f"Nobody owns this {loaded.spec.kind.lower()}",
                loaded.span("title"),
                help=f"Add owner: {next(iter(organization.spec.people)) if organization else 'and a name'}",
            )
        elif organization is not None:
            unresolved = resolve_name(organization.spec.people, owner, "person")
            if unresolved:
                yield Finding(RULE.name, unresolved.message, loaded.span("owner"), help=unresolved.help)
