from __future__ import annotations

from typing import get_args

from kiwerk.record import Partial
from kiwerk.record.comparison import Behaviour, CaseStatus, Line, SliceChange, Weakening
from kiwerk.report.comparison_junit import format_comparison_junit
from tests.support.comparisons import make_case, make_comparison
from tests.support.junit import find_outcomes, read_junit


def test_only_what_regressed_fails_and_what_says_neither_is_skipped() -> None:
    root = read_junit(
        format_comparison_junit(
            make_comparison(*(make_case(f"a/b#{status}", status) for status in get_args(CaseStatus)))
        )
    )
    outcomes = find_outcomes(root)
    assert {name for name, outcome in outcomes.items() if outcome == "failure"} == {"regressed"}
    assert {name for name, outcome in outcomes.items() if outcome == "error"} == {"errored"}
    assert {name for name, outcome in outcomes.items() if outcome == "passed"} == {
        "new",
        "flaky",
        "improved",
        "unchanged",
    }
    assert len(outcomes) == len(get_args(CaseStatus))


def test_regression_says_figures_turn_expectation_and_place() -> None:
    [failure] = read_junit(format_comparison_junit(make_comparison(make_case("a/b#dienstag")))).iter("failure")
    assert failure.attrib == {"message": "regressed: passed 5/5 → 0/5; Guten Tag.", "type": "regressed"}
    assert failure.text == (
        "The first turn that differs is 1.\n"
        "At head: address: Guten Tag.\n"
        "  at user turn 1\n"
        "At head: Guten Tag.\n"
        "Transcript: b"
    )


def test_weaker_gate_fails_until_somebody_decided_so() -> None:
    refused = Weakening(
        rule="removed-case",
        subject="praxis/empfang#dienstag",
        message="the case is gone",
        base=Line(path="evals/praxis/empfang.yaml", line=7),
    )
    decided = refused.model_copy(
        update={"subject": "praxis/empfang#mittwoch", "owner": "Ute Probe", "reason": "Doppelt."}
    )
    comparison = make_comparison().model_copy(update={"weakenings": (refused, decided)})
    root = read_junit(format_comparison_junit(comparison))
    assert find_outcomes(root) == {
        "removed-case:praxis/empfang#dienstag": "failure",
        "removed-case:praxis/empfang#mittwoch": "passed",
    }
    [failure] = root.iter("failure")
    assert failure.text == "evals/praxis/empfang.yaml:7"


def test_whole_that_went_worse_fails_although_no_case_shows_it() -> None:
    lower = SliceChange(
        name="all", cases=9, base_rate=1, head_rate=0.5, difference=-0.5, low=-0.7, high=-0.3, p=0.01, verdict="lower"
    )
    same = lower.model_copy(update={"name": "tag:critical", "verdict": "no-difference-shown"})
    comparison = make_comparison().model_copy(update={"behaviour": Behaviour(cases=(), slices=(lower, same))})
    root = read_junit(format_comparison_junit(comparison))
    assert find_outcomes(root) == {"all": "failure", "tag:critical": "passed"}


def test_comparison_that_was_stopped_is_an_error() -> None:
    stopped = Partial(reason="interrupted", held=1, missing={"praxis/empfang": 2})
    root = read_junit(format_comparison_junit(make_comparison().model_copy(update={"stopped": stopped})))
    assert find_outcomes(root) == {"comparison is complete": "error"}
