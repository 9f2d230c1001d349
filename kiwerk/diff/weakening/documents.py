"""What becomes weaker by a change of documents: thresholds, cases and what they expect, rules, confirmations."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from kiwerk.diff.weakening.patterns import PATTERNS, fits, show_duration
from kiwerk.record.comparison import Weakening

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from kiwerk.load.project import Loaded, Project
    from kiwerk.record.comparison import Change
    from kiwerk.spec import Suite

_KNOWN_BY_NAME = ("rules", "operations", "steps", "signers")
"""Keys of a document below which each entry has a name."""


def find_in_documents(changes: Sequence[Change], base: Project, head: Project) -> Iterator[Weakening]:
    """What the changes of documents weaken."""
    kept = _find_kept_cases(base, head)
    for change in changes:
        before, after = _values(change)
        found = (pattern for pattern in PATTERNS.get(change.kind, ()) if fits(pattern.route, change.route))
        pattern = next((pattern for pattern in found if pattern.is_weaker(before, after)), None)
        subject = _name_subject(change)
        if change.what == "moved" or pattern is None or (pattern.rule == "removed-case" and subject in kept):
            continue
        name = change.route[-1] if change.route else change.id
        yield Weakening(
            rule=pattern.rule,
            subject=subject,
            message=pattern.message.format(name=name, before=_show(before), after=_show(after)),
            base=change.base,
            head=change.head,
        )


def _values(change: Change) -> tuple[Any, Any]:
    """Before and after; a whole document is there or not."""
    if change.route:
        return change.before, change.after
    return change.what != "added" or None, change.what != "removed" or None


def _find_kept_cases(base: Project, head: Project) -> frozenset[str]:
    """Cases of base that are in another suite at head, under the same name."""
    gone = {_name(suite, case.id) for suite in base.suites.values() for case in suite.spec.cases}
    after = {_name(suite, case.id) for suite in head.suites.values() for case in suite.spec.cases}
    moved = {
        (suite.spec.agent, suite.company, case.formerly or case.id): _name(suite, case.id)
        for suite in head.suites.values()
        for case in suite.spec.cases
        if _name(suite, case.id) not in gone
    }
    return frozenset(
        _name(suite, case.id)
        for suite in base.suites.values()
        for case in suite.spec.cases
        if _name(suite, case.id) not in after and (suite.spec.agent, suite.company, case.id) in moved
    )


def _name(suite: Loaded[Suite], case: str) -> str:
    return f"{suite.id}#{case}"


def _name_subject(change: Change) -> str:
    """What became weaker: a case by its id, anything else by its document and what is known by name in it."""
    if change.kind == "Suite" and change.route[:1] == ("cases",):
        _, case, *inner = change.route
        name = ""
        if inner[:1] == ["counterexamples"]:
            name = ".".join(inner[1:2])
        elif "expect" in inner:
            name = ".".join(inner[inner.index("expect") + 1 :][:1])
        return f"{change.id}#{case}.{name}" if name else f"{change.id}#{case}"
    if change.route[:1] and change.route[0] in _KNOWN_BY_NAME and change.route[1:]:
        return f"{change.id}.{change.route[1]}"
    return change.id


def _show(value: Any) -> str:
    if value is None:
        return "none"
    return show_duration(value) if isinstance(value, str) and value.startswith("P") else str(value)
