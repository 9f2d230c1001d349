"""Personal data goes to a company with which no contract is in force.

What it does:
    Looks for the provider in every agent's `model.name` among the `processors` of its organization, and demands of
    each processor a `contract` with a day that is not in the future.

Why:
    Whoever lets another company process personal data needs a contract with it (GDPR Art. 28), and before the first
    conversation. The day in the file is what an auditor asks for.

Example:
    ```yaml
    processors: {mistral: {region: eu}}
    ```

Instead:
    ```yaml
    processors: {mistral: {region: eu, contract: 2026-03-01}}
    ```
    A model on machines of your own is listed, too, with the day on which its operation was agreed.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from kiwerk.check.clock import local_day
from kiwerk.check.rule import Rule
from kiwerk.finding import Finding, Severity
from kiwerk.load.suggest import suggest

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime

    from kiwerk.load.project import Project

RULE = Rule("uncontracted-processor", Severity.WARNING, governance=True)


def check_uncontracted_processors(project: Project, now: datetime) -> Iterator[Finding]:
    """Providers that are no processor of the organization, and processors without a contract in force."""
    for agent in project.agents.values():
        organization = project.organization(agent.company)
        provider = agent.spec.model.name.partition(":")[0]
        if organization is not None and provider not in organization.spec.processors:
            yield Finding(
                RULE.name,
                f"'{provider}' receives what is said to this agent, and is no processor of the organization",
                agent.span("model", "name"),
                help=suggest(provider, organization.spec.processors)
                or f"Add {provider} to the organization's processors, with its region and the day of the contract",
            )
    for organization in project.organizations.values():
        for name, processor in organization.spec.processors.items():
            if processor.contract is None:
                yield Finding(
                    RULE.name,
                    f"There is no contract with '{name}'",
                    organization.span("processors", name, key=True),
                    help="Add contract: and the day on which the processing contract was signed",
                )
            elif processor.contract > local_day(project, organization.company, now):
                yield Finding(
                    RULE.name,
                    f"The contract with '{name}' is dated {processor.contract}, and that day is still to come",
                    organization.span("processors", name, "contract"),
                    help="Wait for the signature, or correct the day",
                )
