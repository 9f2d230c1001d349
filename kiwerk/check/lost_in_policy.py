"""Selectors of a policy: whether they can be read, and whether the names in them exist."""

from __future__ import annotations

from typing import TYPE_CHECKING

from kiwerk.check.survey import note_span, span_of_note
from kiwerk.load.resolve import Unresolved
from kiwerk.load.suggest import suggest
from kiwerk.select import SelectorProblem, Term, parse_selector

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Mapping, Sequence

    from kiwerk.check.survey import Notes
    from kiwerk.finding import Span
    from kiwerk.load.project import Project
    from kiwerk.spec import Policy
    from kiwerk.spec.walk import Route

CRITICAL = "critical"
"""The one tag that the model itself knows (`repeats.critical`): a rule may wait for the first case that carries it."""

_NAMED = ("agent", "suite", "process", "case", "tag", "path")
"""What notes list the names of."""


def note_selectors(project: Project) -> Notes:
    """The selectors of the policies with their places, and every name that one may fit."""
    cases = [(suite, case) for suite in project.suites.values() for case in suite.spec.cases]
    return {
        "selectors": [
            [text, note_span(policy.span(*route))]
            for policy in project.policies.values()
            for route, text in _selectors(policy.spec)
        ],
        # what could not be read may carry any name
        "complete": not project.broken,
        "agent": list(project.agents),
        "suite": list(project.suites),
        "path": [suite.document.path for suite in project.suites.values()],
        "process": list(project.processes),
        "case": [f"{suite.id}#{case.id}" for suite, case in cases],
        "tag": sorted({tag for _, case in cases for tag in case.tags}),
    }


def find_lost_selectors(notes: Sequence[Notes]) -> Iterator[tuple[Span, Unresolved]]:
    """Selectors that cannot be read, and terms in them that fit nothing in the repository."""
    known = None
    if all(part["complete"] for part in notes):
        known = {prefix: {name for part in notes for name in part[prefix]} for prefix in _NAMED}
        known["tag"].add(CRITICAL)
    for part in notes:
        for text, place in part["selectors"]:
            for why in _lost_terms(text, known):
                yield span_of_note(place), why


def _selectors(policy: Policy) -> Iterator[tuple[Route, str]]:
    for number, rule in enumerate(policy.rules):
        if rule.select is not None:
            yield ("rules", number, "select"), rule.select
    for number, exception in enumerate(policy.exceptions):
        yield ("exceptions", number, "select"), exception.select


def _lost_terms(text: str, known: Mapping[str, Collection[str]] | None) -> Iterator[Unresolved]:
    try:
        selector = parse_selector(text)
    except SelectorProblem as problem:
        help_ = f"Look at character {problem.offset + 1}; selectors are such as tag:critical or agent:praxis-weber/*"
        yield Unresolved("missing", problem.message, help_)
        return
    if known is None:
        return
    for term in (*(term for group in selector.groups for term in group), *selector.excluded):
        names = {_short(name, term) for name in known[term.prefix]}
        if not any(term.fits(name) for name in names):
            message = f"'{term}' fits nothing in this repository"
            yield Unresolved("missing", message, suggest(term.pattern, names))


def _short(name: str, term: Term) -> str:
    """The name as the pattern writes it: a case without its suite, where the pattern names none."""
    return name.rpartition("#")[2] if term.prefix == "case" and "#" not in term.pattern else name
