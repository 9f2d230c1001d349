"""An expectation that can be judged neither way where it stands.

What it does:
    Reports `state` at a user turn before the last one: the state of the mocks is recorded at the end of a conversation.

Why:
    Such an expectation is neither passed nor failed but errored, whatever the agent does, and an errored case is not
    green.

Example:
    ```yaml
    conversation:
      - user: Dienstag um halb drei, bitte.
        expect: [{state: {kalender: {termine: []}}}]
      - user: Ja, das passt.
    ```

Instead:
    ```yaml
    conversation:
      - user: Dienstag um halb drei, bitte.
        expect: [{not: true, called: {tool: kalender.buchen}}]
      - user: Ja, das passt.
        expect: [{state: {kalender: {termine: [{beginn: 2026-12-01T14:30}]}}}]
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

RULE = Rule("unjudgeable-expectation")


def check_unjudgeable_expectations(project: Project, _now: datetime) -> Iterator[Finding]:
    """Expectations whose answer is not recorded."""
    for suite in project.suites.values():
        for number, case in enumerate(suite.spec.cases):
            for turn, entry in enumerate(case.conversation[:-1]):
                for place, expectation in enumerate(entry.expect):
                    if expectation.state is not None:
                        yield Finding(
                            RULE.name,
                            f"The state after user turn {turn + 1} is not recorded, only that at the end",
                            suite.span("cases", number, "conversation", turn, "expect", place, "state"),
                            help="Move it to the last turn or the case, or expect a call here",
                        )
