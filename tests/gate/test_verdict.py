from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiwerk.finding import Finding, Severity
from kiwerk.gate import NO_EVIDENCE, ExpectedCase
from kiwerk.record import Decision, SampleScore, Source
from tests.support.gate import (
    FAILURES,
    NOW,
    PASS_RATE,
    SAMPLES,
    find_rule,
    judge,
    make_case,
    make_exception,
    make_finding,
    make_policy,
    make_sample,
    make_samples,
)

BY_PEOPLE = [
    make_sample("a", source=Source(origin="reference")),
    make_sample("a", source=Source(origin="counterexample", provider="mistral")),
]


def test_agent_passes_when_every_rule_holds_and_the_figures_are_named() -> None:
    policy = make_policy(FAILURES, PASS_RATE, SAMPLES, repeats=2)
    verdict = judge(policy, [make_case("a", "critical"), make_case("b")], make_samples({"a": "++", "b": "++"}))
    assert verdict.decision is Decision.PASSED
    assert [(rule.rule, rule.message) for rule in verdict.rules] == [
        ("complete", "4 samples of 2 cases, 4 demanded."),
        ("findings", "nothing in the files speaks against it."),
        ("kritisch", "0 of 2 samples of 1 case failed, 0 allowed."),
        (
            "gesamt",
            (
                "0 of 2 cases did not always pass: pass rate 1.00, at least 0.342 with 95 % confidence; "
                "0.90 and 0.20 demanded."
            ),
        ),
        ("herkunft", "all 4 samples by mistral, the oldest 1 day old; mistral demanded, at most 14 days old."),
    ]
    assert (verdict.samples, verdict.oldest) == (4, NOW - timedelta(days=1))
    assert (verdict.agent, verdict.environment, verdict.policy, verdict.ships) == (
        "a/agent",
        "production",
        "standard",
        "f" * 64,
    )


@pytest.mark.parametrize("samples", [[], BY_PEOPLE])
def test_without_a_sample_of_a_model_nothing_is_judged(samples: list[SampleScore]) -> None:
    verdict = judge(
        make_policy(FAILURES, PASS_RATE, SAMPLES, repeats=3), [make_case("a", "critical"), make_case("b")], samples
    )
    assert verdict.decision is Decision.NOT_JUDGED
    assert find_rule(verdict, "complete") == ("not-judged", f"{NO_EVIDENCE}; 2 cases and 6 samples demanded.")
    for name in ("kritisch", "gesamt", "herkunft"):
        assert find_rule(verdict, name) == ("not-judged", f"{NO_EVIDENCE}.")
    assert verdict.samples == 0


def test_without_a_sample_of_a_model_findings_and_faults_of_the_policy_are_still_named() -> None:
    verdict = judge(make_policy(FAILURES, SAMPLES), [make_case("a")], [], [make_finding(blocks_deploy=True)])
    assert verdict.decision is Decision.NOT_JUDGED
    assert find_rule(verdict, "findings")[0] == "refused"
    assert find_rule(verdict, "kritisch")[0] == "refused"


@pytest.mark.parametrize(
    ("finding", "decision"),
    [
        (make_finding(), Decision.PASSED),
        (make_finding(blocks_deploy=True), Decision.REFUSED),
        (make_finding(Severity.ERROR), Decision.REFUSED),
    ],
)
def test_error_and_what_went_stale_refuse_a_mere_warning_does_not(finding: Finding, decision: Decision) -> None:
    verdict = judge(make_policy(), [make_case("a")], [make_sample("a")], [finding])
    assert verdict.decision is decision
    if decision is Decision.REFUSED:
        assert find_rule(verdict, "findings") == (
            "refused",
            "1 finding must be dealt with first: expired-fact at agents/a/preise.yaml:4.",
        )


def test_rule_that_selects_nothing_is_refused() -> None:
    verdict = judge(make_policy(FAILURES, SAMPLES), [make_case("a")], [make_sample("a")])
    assert verdict.decision is Decision.REFUSED
    assert find_rule(verdict, "kritisch") == ("refused", "its selector 'tag:critical' selects none of 1 case.")


@pytest.mark.parametrize("broken", ["rule", "exception"])
def test_selector_that_cannot_be_read_is_refused(broken: str) -> None:
    rule = {"id": "x", "select": "tgas:a" if broken == "rule" else "*", "require": {"failures": {"max": 0}}}
    exceptions = [] if broken == "rule" else [make_exception("x", "tgas:a")]
    verdict = judge(make_policy(rule, SAMPLES, exceptions=exceptions), [make_case("a")], [make_sample("a")])
    assert verdict.decision is Decision.REFUSED
    assert find_rule(verdict, "x") == (
        "refused",
        "the selector 'tgas:a' cannot be read: Unknown prefix 'tgas:'; did you mean 'tag:'.",
    )


def test_unreadable_selector_of_the_samples_rule_lets_nothing_through() -> None:
    verdict = judge(make_policy(SAMPLES | {"select": "tgas:a"}), [make_case("a")], [make_sample("a")])
    assert verdict.decision is Decision.REFUSED
    assert "no rule says where the samples must come from: a/suite#a" in find_rule(verdict, "complete")[1]


@given(st.dictionaries(st.sampled_from("abcdef"), st.text("+-", min_size=1, max_size=5), min_size=1))
def test_one_more_failure_never_turns_a_refusal_into_a_pass(statuses: dict[str, str]) -> None:
    policy = make_policy(FAILURES | {"select": "tag:critical"}, PASS_RATE, SAMPLES)
    cases = [make_case(name, "critical") for name in statuses]
    before = judge(policy, cases, make_samples(statuses)).decision
    worse = {name: of.replace("+", "-", 1) for name, of in statuses.items()}
    after = judge(policy, cases, make_samples(worse)).decision
    assert not (before is Decision.REFUSED and after is Decision.PASSED)


@given(st.lists(st.sampled_from(["", "+", "++", "+-", "!", "s"]), max_size=4), st.integers(1, 2))
def test_green_means_that_every_case_has_its_judged_samples(samples: list[str], repeats: int) -> None:
    statuses = {f"c{number}": of for number, of in enumerate(samples)}
    policy = make_policy(SAMPLES, repeats=repeats)
    verdict = judge(policy, [make_case(name) for name in statuses], make_samples(statuses))
    complete = bool(samples) and all(of and set(of) <= {"+", "-"} and len(of) >= repeats for of in samples)
    assert (verdict.decision is Decision.PASSED) is complete


@pytest.mark.parametrize(
    ("cases", "now", "message"),
    [
        ([make_case("a")], datetime(2026, 12, 10), "needs an offset"),  # noqa: DTZ001 - what is tested
        ([replace(make_case("a"), agent="a/other")], NOW, "no case of a/agent"),
        ([make_case("a"), make_case("a")], NOW, "two cases with the same id"),
    ],
)
def test_arguments_that_make_no_sense_are_our_bug(cases: list[ExpectedCase], now: datetime, message: str) -> None:
    with pytest.raises(ValueError, match=message):
        judge(make_policy(), cases, [], now=now)
