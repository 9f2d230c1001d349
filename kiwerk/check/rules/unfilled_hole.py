"""A case in which a hole of the agent's prompt has no value.

What it does:
    Goes through the holes that an agent declares in `runtime`, for every case of its suites. Holes of type `date`,
    `time` and `datetime` are filled from `given.now`; all others need a value in `given.runtime`. Both may stand in the
    suite or in the case.

Why:
    In a call the target fills the holes. A case has to say what would stand there; the clock of the machine that runs
    the evaluation would give another result every day.

Example:
    ```yaml
    # the agent has runtime: {heute: date, anrufer: phone}
    kind: Suite
    agent: empfang
    cases: […]
    ```

Instead:
    ```yaml
    kind: Suite
    agent: empfang
    given: {now: 2026-11-27T10:00, runtime: {anrufer: "030 23125 042"}}
    cases: […]
    ```
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from kiwerk.check.rule import Rule
from kiwerk.check.uses import find_suite_agent
from kiwerk.finding import Finding, Related

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime

    from kiwerk.load.project import Project

RULE = Rule("unfilled-hole", essential=True)


def check_unfilled_holes(project: Project, _now: datetime) -> Iterator[Finding]:
    """Holes without a value, each once for a suite, at the first case that lacks it."""
    for suite in project.suites.values():
        agent = find_suite_agent(project, suite)
        if agent is None:
            continue
        common = suite.spec.given
        for name, kind in agent.spec.runtime.items():
            by_clock = kind in ("date", "time", "datetime")
            for number, case in enumerate(suite.spec.cases):
                given = case.given
                if name in common.runtime or name in given.runtime or (by_clock and (common.now or given.now)):
                    continue
                needed = "now" if by_clock else f"runtime.{name}"
                yield Finding(
                    RULE.name,
                    f"The hole '{name}' has no value in the case '{case.id}'",
                    suite.span("cases", number, "id"),
                    help=f"Add given.{needed} to the suite or the case",
                    related=(Related(agent.span("runtime", name), "Declared here"),),
                )
                break
