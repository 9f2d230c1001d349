"""Personal data is processed in a region that an environment does not allow.

What it does:
    Compares the `region` of every processor with `allowed_regions` of every Environment that names any.

Why:
    Outside the European Economic Area personal data needs more than a contract (GDPR Art. 44 to 49). Customers are
    promised where their data stays, and the promise is kept only if a new processor cannot slip in.

Example:
    ```yaml
    # agents/praxis-weber/organization.yaml
    processors: {sprachdienst: {region: us, contract: 2026-03-01}}
    # agents/environments/production.yaml
    allowed_regions: [eu]
    ```

Instead:
    Choose a processor, or one of its locations, in an allowed region. Whoever may decide so adds the region to the
    environment, where a reviewer sees it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from kiwerk.check.rule import Rule
from kiwerk.finding import Finding, Related, Severity

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime

    from kiwerk.load.project import Project

RULE = Rule("region-not-allowed", Severity.WARNING, governance=True)


def check_regions(project: Project, _now: datetime) -> Iterator[Finding]:
    """Processors in a region that some environment leaves out."""
    allowing = [environment for environment in project.environments.values() if environment.spec.allowed_regions]
    for organization in project.organizations.values():
        for name, processor in organization.spec.processors.items():
            refusing = [each for each in allowing if processor.region not in each.spec.allowed_regions]
            if refusing:
                yield Finding(
                    RULE.name,
                    f"'{name}' processes data in '{processor.region}'",
                    organization.span("processors", name, "region"),
                    help="Choose a processor in an allowed region, or allow this one where it was decided",
                    related=tuple(Related(each.span("allowed_regions"), f"Allowed in {each.id}") for each in refusing),
                )
