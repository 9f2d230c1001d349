"""A case in which everything only warns.

What it does:
    Reports cases of which every expectation has `severity: warn` or is only measured, as `latency` is unless it has
    a severity, while none of the order rules that are judged in it has `severity: block`.

Why:
    Such a case is green whatever the agent says. In a pass rate it counts like any other.

Example:
    ```yaml
    - id: kurz-angebunden
      conversation: [{user: Wann haben Sie offen?}]
      expect: [{turns: {min: 2}, severity: warn}]
    ```

Instead:
    ```yaml
      expect: [{turns: {min: 2}, severity: warn}, {contains: 8 Uhr}]
    ```
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from kiwerk.check.rule import Rule
from kiwerk.check.trips import find_judged_processes
from kiwerk.check.uses import find_suite_agent
from kiwerk.finding import Finding

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime

    from kiwerk.load.project import Loaded, Project
    from kiwerk.spec import Agent, Suite

RULE = Rule("case-cannot-fail")


def check_cases_that_cannot_fail(project: Project, _now: datetime) -> Iterator[Finding]:
    """Cases that nothing can turn red."""
    for suite in project.suites.values():
        agent = find_suite_agent(project, suite)
        if agent is None:
            continue
        for number, case in enumerate(suite.spec.cases):
            # a case without any expectation is another rule's matter
            warns = [entry.severity == "warn" or entry.is_measured for _, entry in case.expectations]
            if warns and all(warns) and not _has_blocking_rule(project, suite, agent, number):
                yield Finding(
                    RULE.name,
                    f"Everything in the case '{case.id}' only warns",
                    suite.span("cases", number, "id"),
                    help="Expect something with severity: block, which is the default",
                )


def _has_blocking_rule(project: Project, suite: Loaded[Suite], agent: Loaded[Agent], number: int) -> bool:
    """Whether an order rule can fail the case; also where a process could not be read."""
    processes = find_judged_processes(project, suite, agent, number)
    if processes is None:
        return True
    # as in scoring: without the case's own process, nobody knows which init is meant
    named = suite.spec.cases[number].process is not None
    return any(
        rule.severity == "block" and (named or rule.init is None)
        for process in processes
        for rule in process.spec.rules
    )
