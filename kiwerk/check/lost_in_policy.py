"""Selectors of a policy: whether they can be read, and whether the names in them exist."""

from __future__ import annotations

from fnmatch import fnmatchcase
from typing import TYPE_CHECKING

from kiwerk.check.lost import Lost
from kiwerk.load.resolve import Unresolved
from kiwerk.load.suggest import suggest
from kiwerk.select import SelectorProblem, Term, parse_selector

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Mapping

    from kiwerk.load.project import Loaded, Project
    from kiwerk.spec import Policy
    from kiwerk.spec.walk import Route

CRITICAL = "critical"
"""The one tag that the model itself knows (`repeats.critical`): a rule may wait for the first case that carries it."""


def find_lost_in_policies(project: Project) -> Iterator[tuple[Loaded[Policy], Lost]]:
    """Selectors that cannot be read, and terms in them that fit nothing in the repository."""
    if not project.policies:
        return
    # what could not be read may carry any name
    known = None if project.broken else _known_names(project)
    for policy in project.policies.values():
        for number, rule in enumerate(policy.spec.rules):
            if rule.select is not None:
                for lost in _lost_terms(rule.select, ("rules", number, "select"), known):
                    yield policy, lost
        for number, exception in enumerate(policy.spec.exceptions):
            for lost in _lost_terms(exception.select, ("exceptions", number, "select"), known):
                yield policy, lost


def _lost_terms(text: str, route: Route, known: Mapping[str, Collection[str]] | None) -> Iterator[Lost]:
    try:
        selector = parse_selector(text)
    except SelectorProblem as problem:
        help_ = f"Look at character {problem.offset + 1}; selectors are such as tag:critical or agent:praxis-weber/*"
        yield Lost(route, Unresolved("missing", problem.message, help_))
        return
    if known is None:
        return
    for term in (*(term for group in selector.groups for term in group), *selector.excluded):
        names = {_short(name, term) for name in known[term.prefix]}
        if not any(fnmatchcase(name, term.pattern) for name in names):
            message = f"'{term}' fits nothing in this repository"
            yield Lost(route, Unresolved("missing", message, suggest(term.pattern, names)))


def _short(name: str, term: Term) -> str:
    """The name as the pattern writes it: a case without its suite, where the pattern names none."""
    return name.rpartition("#")[2] if term.prefix == "case" and "#" not in term.pattern else name


def _known_names(project: Project) -> dict[str, Collection[str]]:
    cases = [(suite, case) for suite in project.suites.values() for case in suite.spec.cases]
    return {
        "agent": project.agents,
        "suite": project.suites,
        "process": project.processes,
        "case": [f"{suite.id}#{case.id}" for suite, case in cases],
        "tag": {CRITICAL, *(tag for _, case in cases for tag in case.tags)},
    }
