"""What a change makes different, as JUnit XML: a suite for each agent, a test case for each case; and one for the gate.

What fails here is what makes `kiwerk diff` exit 1. A case that says neither yes nor no is skipped, with its reason.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from kiwerk.report.comparison_text import describe_slice, describe_stopped
from kiwerk.report.evaluation_junit import describe_score
from kiwerk.report.junit import JUnitCase, JUnitSuite, Outcome, format_junit

if TYPE_CHECKING:
    from collections.abc import Iterator

    from kiwerk.record.comparison import CaseChange, CaseStatus, Comparison, SideBySide, SliceChange, Weakening

_OUTCOMES: dict[CaseStatus, Outcome] = {
    "regressed": "failure",
    "errored": "error",
    "undecided": "skipped",
    "not-comparable": "skipped",
    "not-sampled": "skipped",
    "removed": "skipped",
    "new": "passed",
    "flaky": "passed",
    "improved": "passed",
    "unchanged": "passed",
}


def format_comparison_junit(comparison: Comparison) -> str:
    """The document."""
    cases = comparison.behaviour.cases
    agents = dict.fromkeys(case.agent for case in cases)
    suites = [JUnitSuite(agent, [_case(case) for case in cases if case.agent == agent]) for agent in agents]
    suites.append(JUnitSuite("slices", [_slice(item) for item in comparison.behaviour.slices]))
    suites.append(JUnitSuite("gate", [_weakening(item) for item in comparison.weakenings]))
    if comparison.stopped:
        message = describe_stopped(comparison.stopped)
        suites.append(
            JUnitSuite("kiwerk", [JUnitCase("kiwerk", "comparison is complete", "error", message, "partial")])
        )
    return format_junit("kiwerk diff", suites)


def _case(case: CaseChange) -> JUnitCase:
    suite, _, name = case.case.rpartition("#")
    confirmed = f", fresh runs {case.confirmed_base} → {case.confirmed_head}" if case.confirmed_base else ""
    figures = f"{case.status}: passed {case.base} → {case.head}{confirmed}"
    return JUnitCase(
        suite,
        name,
        _OUTCOMES[case.status],
        f"{figures}; {case.reason}" if case.reason else figures,
        case.status,
        "\n".join(_shown(case.shown)) if case.shown else "",
    )


def _slice(item: SliceChange) -> JUnitCase:
    return JUnitCase(
        "slices", item.name, "failure" if item.verdict == "lower" else "passed", describe_slice(item), item.verdict
    )


def _shown(shown: SideBySide) -> Iterator[str]:
    if shown.diverges is not None:
        yield f"The first turn that differs is {shown.diverges}."
    for turn in shown.turns:
        yield from (f"At head: {describe_score(score)}" for score in turn.failed_head)
    yield from (f"At head: {describe_score(score)}" for score in shown.whole_head)
    if shown.head_reason:
        yield f"At head: {shown.head_reason}"
    if shown.head:
        yield f"Transcript: {shown.head}"


def _weakening(item: Weakening) -> JUnitCase:
    if item.reason is not None:
        return JUnitCase("gate", item.name, "passed", output=f"decided by {item.owner}: {item.reason}")
    place = str(item.head or item.base or "")
    return JUnitCase("gate", item.name, "failure", item.message, item.rule, place)
