"""A case that expects nothing.

What it does:
    Reports cases that have no entry in `expect`, neither at a user turn nor for the whole conversation.

Why:
    Such a case passes whatever the agent says. It counts as a green case in every figure, and nobody sees that it has
    never tested anything.

Example:
    ```yaml
    - id: oeffnungszeiten
      conversation:
        - user: Wann haben Sie offen?
    ```

Instead:
    ```yaml
    - id: oeffnungszeiten
      conversation:
        - user: Wann haben Sie offen?
          expect: [{contains: 8 Uhr}]
    ```
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from kiwerk.check.rule import Rule
from kiwerk.finding import Finding

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime

    from kiwerk.load.project import Project

RULE = Rule("case-without-expectation")


def check_cases_without_expectation(project: Project, _now: datetime) -> Iterator[Finding]:
    """Cases that no conversation can fail."""
    for suite in project.suites.values():
        for number, case in enumerate(suite.spec.cases):
            if not case.expectations:
                yield Finding(
                    RULE.name,
                    f"The case '{case.id}' expects nothing",
                    suite.span("cases", number, "id"),
                    help="Add expect: what must the agent say, call or have changed?",
                )
