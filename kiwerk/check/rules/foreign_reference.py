"""A document refers to something of another company.

What it does:
    Refuses references such as `kanzlei-beck/kalender` in a document of `praxis-weber`. Allowed are the company's own
    documents and those in `shared/`.

Why:
    Companies are customers that know nothing of each other. Whoever changes one company's calendar must not change what
    another company's agent does, and no company's facts may turn up in another one's prompt.

Example:
    ```yaml
    # agents/praxis-weber/empfang.yaml
    tools: [kanzlei-beck/kalender]
    ```

Instead:
    ```yaml
    tools: [kalender]            # agents/praxis-weber/kalender.yaml
    # or, for all companies
    tools: [shared/kalender]     # agents/shared/kalender.yaml
    ```
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from kiwerk.check.rule import Rule
from kiwerk.finding import Finding
from kiwerk.graph import find_links
from kiwerk.load.resolve import Unresolved

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime

    from kiwerk.load.project import Project

RULE = Rule("foreign-reference", essential=True)


def check_foreign_references(project: Project, _now: datetime) -> Iterator[Finding]:
    """References to documents of another company."""
    for link in find_links(project):
        if isinstance(link.target, Unresolved) and link.target.reason == "foreign":
            span = link.source.document.span(link.reference.route, key=link.reference.is_key)
            yield Finding(RULE.name, link.target.message, span, help=link.target.help)
