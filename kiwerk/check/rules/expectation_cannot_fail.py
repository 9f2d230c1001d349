"""An expectation that every conversation meets.

What it does:
    Reports expectations of which it is certain: `turns` from 0 with no limit, or with a limit that the turns of the
    user cannot reach; `calls` from 0 with no limit; `matches` with an expression that is found in every text, such as
    `.*`; `contains` or `any_of` with nothing but white space; `state` that names nothing; `address` for an agent that
    does not speak German.

Why:
    It counts as a green expectation in every figure, and it has never tested anything.

Example:
    ```yaml
    conversation:
      - user: Wann haben Sie offen?
    expect: [{matches: ".*"}, {turns: {max: 3}}]
    ```

Instead:
    ```yaml
    expect: [{matches: "8 Uhr|08:00"}]
    ```
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from kiwerk.check.idle import explain_idle
from kiwerk.check.rule import Rule
from kiwerk.check.trips import find_expectations
from kiwerk.check.uses import find_suite_agent
from kiwerk.finding import Finding

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime

    from kiwerk.load.project import Project

RULE = Rule("expectation-cannot-fail")


def check_expectations_that_cannot_fail(project: Project, _now: datetime) -> Iterator[Finding]:
    """Expectations that test nothing."""
    for suite in project.suites.values():
        agent = find_suite_agent(project, suite)
        language = agent.spec.language if agent else None
        for number, case in enumerate(suite.spec.cases):
            for route, expectation in find_expectations(suite, number):
                at_turn = "conversation" in route
                user_turns = None if case.simulate else 1 if at_turn else len(case.conversation)
                reason = explain_idle(expectation, user_turns=user_turns, language=language)
                if reason is not None:
                    yield Finding(
                        RULE.name,
                        reason,
                        suite.document.span((*route, expectation.kind)),
                        help="Expect something that a wrong agent would miss, or take it out",
                    )
