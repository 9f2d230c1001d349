"""A company has documents but no Organization.

What it does:
    Demands a document of kind Organization in every folder of `agents/`, `processes/` or `evals/` that stands for a
    company. `shared/` is no company.

Why:
    People, time zone and approved phrases live there. Without it no agent can be rendered and no case has a time; most
    often the folder is a slip of the pen, as in `evals/praxis-webber/`.

Example:
    ```text
    agents/praxis-weber/organization.yaml
    evals/praxis-webber/empfang.yaml
    ```

Instead:
    Rename the folder, or write `agents/<company>/organization.yaml`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from kiwerk.check.rule import Rule
from kiwerk.finding import Finding
from kiwerk.load.project import SHARED
from kiwerk.load.suggest import suggest

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime

    from kiwerk.load.project import Project

RULE = Rule("missing-organization", essential=True)


def check_missing_organizations(project: Project, _now: datetime) -> Iterator[Finding]:
    """Companies without an Organization, each at its first document."""
    known = {loaded.company for loaded in project.organizations.values()}
    # a broken one is told already; of a file without a kind nobody knows what it would have been
    told = {item.identity.company for item in project.broken if item.kind in (None, "Organization")}
    seen = {"", SHARED, *known, *told}
    for loaded in sorted(project.all(), key=lambda item: item.document.path):
        if loaded.company not in seen:
            seen.add(loaded.company)
            yield Finding(
                RULE.name,
                f"The company '{loaded.company}' has no Organization",
                loaded.span("kind"),
                help=suggest(loaded.company, known) or f"Write agents/{loaded.company}/organization.yaml",
            )
