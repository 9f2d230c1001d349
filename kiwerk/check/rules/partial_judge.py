"""A judge that is the same model as the agent it judges.

What it does:
    Warns where a case asks a judge whose model has the name of the agent's own.

Why:
    Language models prefer what they would have said themselves, and recognise it (Panickssery, Bowman and Feng 2024;
    Zheng et al. 2023). Such a judge finds its own mistakes plausible.

Example:
    ```yaml
    # agents/praxis-weber/empfang.yaml
    model: {name: "mistral:mistral-small-2506"}
    # evals/praxis-weber/freundlich.yaml, asked by a case of empfang
    model: {name: "mistral:mistral-small-2506"}
    ```

Instead:
    ```yaml
    # evals/praxis-weber/freundlich.yaml
    model: {name: "openai:gpt-4.1-2025-04-14"}
    ```
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from kiwerk.check.rule import Rule
from kiwerk.check.trips import find_expectations
from kiwerk.check.uses import find_suite_agent
from kiwerk.finding import Finding, Severity
from kiwerk.load.resolve import Unresolved, resolve_document
from kiwerk.spec import Judge

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime

    from kiwerk.load.project import Project

RULE = Rule("partial-judge", Severity.WARNING)


def check_partial_judges(project: Project, _now: datetime) -> Iterator[Finding]:
    """Expectations whose judge is the agent's own model."""
    if not project.judges:
        return
    for suite in project.suites.values():
        agent = find_suite_agent(project, suite)
        if agent is None:
            continue
        for number in range(len(suite.spec.cases)):
            for route, expectation in find_expectations(suite, number):
                if expectation.judge is None:
                    continue
                judge = resolve_document(project, Judge, expectation.judge, suite.company)
                if not isinstance(judge, Unresolved) and judge.spec.model.name == agent.spec.model.name:
                    yield Finding(
                        RULE.name,
                        f"'{judge.name}' judges its own model: '{judge.spec.model.name}' speaks for the agent as well",
                        suite.span(*route, "judge"),
                        Severity.WARNING,
                        help="Let another model judge",
                    )
