"""Branches that say nothing for every other case.

What it does:
    Demands `{else: …}` as the last branch of every step that has branches, even where all words of the step are named,
    and reports branches that stand behind an `else` and are never taken.

Why:
    Operations gain outcomes, calls fail with `error`, people answer something nobody thought of. Without an `else` the
    agent stands in a conversation and has no instruction.

Example:
    ```yaml
    - id: pruefen
      call: kalender.pruefen
      next: [{when: frei, then: anbieten}, {when: belegt, then: erfassen}]
    ```

Instead:
    ```yaml
    - id: pruefen
      call: kalender.pruefen
      next: [{when: frei, then: anbieten}, {when: belegt, then: erfassen}, {else: uebergeben}]
    ```
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from kiwerk.check.rule import Rule
from kiwerk.finding import Finding, Related

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime

    from kiwerk.load.project import Project

RULE = Rule("missing-else")


def check_missing_else(project: Project, _now: datetime) -> Iterator[Finding]:
    """Steps whose branches do not end with `else`."""
    for process in project.processes.values():
        for number, step in enumerate(process.spec.steps):
            if not isinstance(step.next, list):
                continue
            fallback = next((place for place, branch in enumerate(step.next) if branch.when is None), None)
            if fallback is None:
                yield Finding(
                    RULE.name,
                    f"The step '{step.id}' has no branch for every other case",
                    process.document.span(("steps", number, "next"), key=True),
                    help="End the branches with {else: step}",
                )
            elif fallback < len(step.next) - 1:
                yield Finding(
                    RULE.name,
                    "This branch stands behind else and is never taken",
                    process.span("steps", number, "next", fallback + 1),
                    help="Put else last",
                    related=(Related(process.span("steps", number, "next", fallback), "Every other case ends here"),),
                )
