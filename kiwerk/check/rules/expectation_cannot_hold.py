"""An expectation that no conversation meets.

What it does:
    Reports `turns` with a `min` above the number of turns the user takes: those that are written, or those a simulated
    user takes before its patience, its `max_turns` or the agent's own limit ends.

Why:
    The case fails whatever the agent does, and says so only after money was spent: a simulated user has no reference
    that would fail first.

Example:
    ```yaml
    simulate: {persona: eilig, goal: Termin am Montag um neun, max_turns: 4}
    expect: [{turns: {min: 6}}]
    ```

Instead:
    ```yaml
    simulate: {persona: eilig, goal: Termin am Montag um neun, max_turns: 8}
    expect: [{turns: {min: 6}}]
    ```
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from kiwerk.check.rule import Rule
from kiwerk.check.trips import find_expectations
from kiwerk.check.uses import find_suite_agent
from kiwerk.finding import Finding
from kiwerk.language.phrase import count

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime

    from kiwerk.load.project import Loaded, Project
    from kiwerk.spec import Suite

RULE = Rule("expectation-cannot-hold")


def check_expectations_that_cannot_hold(project: Project, _now: datetime) -> Iterator[Finding]:
    """Expectations that fail whatever happens."""
    for suite in project.suites.values():
        for number in range(len(suite.spec.cases)):
            for route, expectation in find_expectations(suite, number):
                least = expectation.turns.min if expectation.turns and not expectation.negated else None
                most = 1 if "conversation" in route else _count_turns(project, suite, number)
                if least is not None and most is not None and least > most:
                    yield Finding(
                        RULE.name,
                        f"The agent answers {count(most, 'time')} at most here, never {least} times",
                        suite.document.span((*route, "turns")),
                        help="Expect fewer turns, or let the user take more",
                    )


def _count_turns(project: Project, suite: Loaded[Suite], number: int) -> int | None:
    """Turns of a case's user at most; None where its persona is unknown."""
    case, agent = suite.spec.cases[number], find_suite_agent(project, suite)
    if case.simulate is None:
        return len(case.conversation)
    persona = suite.spec.personas.get(case.simulate.persona)
    if persona is None or agent is None:
        return None
    return min(case.simulate.max_turns, persona.patience, agent.spec.limits.turns)
