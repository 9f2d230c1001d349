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

from typing import TYPE_CHECKING, Any

from kiwerk.check.rule import Rule
from kiwerk.check.survey import Survey, note_span, span_of_note
from kiwerk.finding import Finding
from kiwerk.load.project import SHARED
from kiwerk.load.suggest import suggest

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from kiwerk.check.survey import Notes
    from kiwerk.load.project import Project

RULE = Rule("missing-organization", essential=True)


def _note_organizations(project: Project) -> Notes:
    """Which companies have an Organization, and the first document of each that has none."""
    known = {loaded.company for loaded in project.organizations.values()}
    # a broken one is told already; of a file without a kind nobody knows what it would have been
    told = {item.identity.company for item in project.broken if item.kind in (None, "Organization")}
    seen = {"", SHARED, *known, *told}
    lacking: dict[str, list[Any]] = {}
    for loaded in sorted(project.all(), key=lambda item: item.document.path):
        if loaded.company not in seen:
            seen.add(loaded.company)
            lacking[loaded.company] = note_span(loaded.span("kind"))
    return {"known": sorted(known), "lacking": lacking}


def check_noted_organizations(notes: Sequence[Notes]) -> Iterator[Finding]:
    """Companies without an Organization, each at its first document."""
    known = {company for part in notes for company in part["known"]}
    for part in notes:
        for company, place in part["lacking"].items():
            yield Finding(
                RULE.name,
                f"The company '{company}' has no Organization",
                span_of_note(place),
                help=suggest(company, known) or f"Write agents/{company}/organization.yaml",
            )


check_missing_organizations = Survey(_note_organizations, check_noted_organizations)
