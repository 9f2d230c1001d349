"""A gate that nobody can pass.

What it does:
    Warns about rules of a policy whose `lower_bound` an agent's cases are too few for, even if all conversations pass.
    `kiwerk gate --explain` reports by the same name a gate that would refuse an agent that did not change with a chance
    of more than 10 %.

Why:
    The lower end of a pass rate's interval depends on how many cases there are (Wilson). With three cases it is 0.43 at
    best, so that a policy that demands 0.5 refuses whatever the agent does, after all of it was paid for.

Example:
    ```yaml
    rules:                                 # an agent with three cases
      - {id: gesamt, require: {pass_rate: {min: 0.9, lower_bound: 0.5}}}
    ```

Instead:
    ```yaml
    rules:
      - {id: gesamt, require: {pass_rate: {min: 0.9, lower_bound: 0.4}}}
    ```
"""

from __future__ import annotations

from collections import defaultdict
from math import ceil, floor
from statistics import NormalDist
from typing import TYPE_CHECKING, NamedTuple

from kiwerk.check.rule import Rule
from kiwerk.finding import Finding, Related, Severity
from kiwerk.language.phrase import count
from kiwerk.load.resolve import Unresolved, resolve_document
from kiwerk.select import SelectorProblem, parse_selector
from kiwerk.spec import Agent, Process

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from datetime import datetime

    from kiwerk.load.project import Project

RULE = Rule("unpassable-gate", Severity.WARNING)

_WEIGHT = NormalDist().inv_cdf(0.975) ** 2
_ROUNDING = 1e-9


class _Case(NamedTuple):
    """What a selector looks at."""

    agent: str
    suite: str
    case: str
    tags: tuple[str, ...]
    process: str | None
    path: str


def check_unpassable_gates(project: Project, _now: datetime) -> Iterator[Finding]:
    """Lower bounds that an agent's cases are too few to reach."""
    by_agent: Mapping[str, Sequence[_Case]] | None = None
    for policy in project.policies.values():
        for number, rule in enumerate(policy.spec.rules):
            wanted = rule.require.pass_rate
            if wanted is None or not wanted.lower_bound:
                continue
            by_agent = _find_cases(project) if by_agent is None else by_agent
            for agent, cases in by_agent.items():
                selected = _select(rule.select, cases)
                if not selected or find_highest_bound(selected) >= wanted.lower_bound - _ROUNDING:
                    continue
                demanded = policy.span("rules", number, "require", "pass_rate", "lower_bound")
                yield Finding(
                    RULE.name,
                    f"The rule '{rule.id}' of the policy '{policy.id}' can never be met: the lower bound is at most "
                    f"{_figure(find_highest_bound(selected))} with {count(selected, 'case')}",
                    # at the agent: policies belong to all companies, and companies are checked one by one
                    project.agents[agent].span("title"),
                    help=_advise(wanted.lower_bound, selected),
                    related=(Related(demanded, f"{wanted.lower_bound:g} is demanded"),),
                )


def find_highest_bound(cases: int) -> float:
    """Lower end of the interval of a pass rate of 1 over so many cases (Wilson 1927, 95 %), 0 to 1."""
    return cases / (cases + _WEIGHT)


def _advise(wanted: float, cases: int) -> str:
    lower = f"demand at most {_figure(find_highest_bound(cases))}"
    if wanted >= 1:
        return f"No number of cases shows that: {lower}"
    return f"Write at least {count(ceil(wanted * _WEIGHT / (1 - wanted) - _ROUNDING), 'case')}, or {lower}"


def _find_cases(project: Project) -> Mapping[str, Sequence[_Case]]:
    """Every case by its agent, as far as that is known."""
    found = defaultdict(list)
    for suite in project.suites.values():
        agent = resolve_document(project, Agent, suite.spec.agent, suite.company)
        if isinstance(agent, Unresolved):
            continue
        for case in suite.spec.cases:
            process = resolve_document(project, Process, case.process, suite.company) if case.process else None
            found[agent.id].append(
                _Case(
                    agent.id,
                    suite.id,
                    f"{suite.id}#{case.id}",
                    tuple(case.tags),
                    None if process is None or isinstance(process, Unresolved) else process.id,
                    suite.document.path,
                )
            )
    return found


def _select(text: str | None, cases: Sequence[_Case]) -> int:
    """How many of the cases a rule is about; none where its selector cannot be read."""
    if text is None:
        return len(cases)
    try:
        selector = parse_selector(text)
    except SelectorProblem:
        return 0
    return sum(selector.matches(case) for case in cases)


def _figure(fraction: float) -> str:
    """Two decimals, rounded down."""
    return f"{floor(fraction * 100) / 100:.2f}"
