from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone

import pytest

from kiwerk.record import Decision, Source
from tests.support.gate import (
    FAILURES,
    NOW,
    PASS_RATE,
    SAMPLES,
    find_rule,
    judge,
    make_case,
    make_exception,
    make_policy,
    make_sample,
    make_samples,
)

DECIDED = "(by Dr. Jana Weber: Der Anbieter behebt den Fehler)"


@pytest.mark.parametrize(
    ("until", "now", "decision"),
    [
        ("2026-12-11", NOW, "passed"),
        ("2026-12-10", NOW, "passed"),
        ("2026-12-10", datetime(2026, 12, 10, 23, 59, tzinfo=UTC), "passed"),
        ("2026-12-10", datetime(2026, 12, 11, 0, 0, tzinfo=UTC), "refused"),
        ("2026-12-10", datetime(2026, 12, 11, 0, 30, tzinfo=timezone(timedelta(hours=1))), "refused"),
        ("2026-12-09", NOW, "refused"),
    ],
)
def test_exception_leaves_a_case_out_until_its_last_day(until: str, now: datetime, decision: str) -> None:
    policy = make_policy(FAILURES, SAMPLES, exceptions=[make_exception("kritisch", "case:a/suite#a", until)])
    cases = [make_case("a", "critical"), make_case("b", "critical")]
    verdict = judge(policy, cases, make_samples({"a": "-", "b": "+"}), now=now)
    expected = {
        "passed": (f"0 of 1 sample of 1 case failed, 0 allowed; without a/suite#a until {until} {DECIDED}."),
        "refused": (
            "1 of 2 samples of 2 cases failed, 0 allowed: a/suite#a (address); "
            f"the exception for a/suite#a expired on {until} and has no effect {DECIDED}."
        ),
    }
    assert find_rule(verdict, "kritisch") == (decision, expected[decision])
    assert verdict.decision == decision


def test_exception_for_the_only_critical_case_is_named_in_a_pass() -> None:
    policy = make_policy(FAILURES, SAMPLES, exceptions=[make_exception("kritisch", "case:a")])
    verdict = judge(policy, [make_case("a", "critical"), make_case("b")], make_samples({"a": "-", "b": "+"}))
    assert verdict.decision is Decision.PASSED
    assert find_rule(verdict, "kritisch")[1] == (
        f"0 of 0 samples of 0 cases failed, 0 allowed; without a/suite#a until 2026-12-10 {DECIDED}."
    )


def test_exception_applies_to_its_rule_alone() -> None:
    policy = make_policy(FAILURES, PASS_RATE, SAMPLES, exceptions=[make_exception("kritisch", "*")])
    verdict = judge(policy, [make_case("a", "critical")], [make_sample("a", "-")])
    assert find_rule(verdict, "kritisch")[0] == "passed"
    assert find_rule(verdict, "gesamt")[0] == "refused"


@pytest.mark.parametrize("rule", ["gesamt", "herkunft"])
def test_exceptions_cannot_leave_a_rate_or_an_origin_without_cases(rule: str) -> None:
    policy = make_policy(PASS_RATE, SAMPLES, exceptions=[make_exception(rule, "*")])
    verdict = judge(policy, [make_case("a")], [make_sample("a")])
    assert verdict.decision is Decision.REFUSED
    assert find_rule(verdict, rule)[1].startswith("no ")


def test_exception_excuses_neither_a_missing_sample_nor_one_that_could_not_be_judged() -> None:
    policy = make_policy(
        FAILURES, SAMPLES, exceptions=[make_exception("kritisch", "case:a"), make_exception("herkunft", "case:a")]
    )
    cases = [make_case("a", "critical"), make_case("b", "critical")]
    for statuses in ({"b": "+"}, {"a": "!", "b": "+"}):
        assert judge(policy, cases, make_samples(statuses)).decision is Decision.REFUSED


def test_exception_from_the_origin_also_frees_a_case_from_its_age() -> None:
    policy = make_policy(SAMPLES, exceptions=[make_exception("herkunft", "case:a")])
    old = make_sample("a", age=timedelta(days=99), source=Source(origin="model", provider="loopback"))
    verdict = judge(policy, [make_case("a"), make_case("b")], [old, make_sample("b")])
    assert verdict.decision is Decision.PASSED
    assert "without a/suite#a until 2026-12-10" in find_rule(verdict, "herkunft")[1]


def test_exception_about_cases_of_other_agents_is_not_mentioned() -> None:
    policy = make_policy(FAILURES, SAMPLES, exceptions=[make_exception("kritisch", "case:b/other#x", "2026-01-01")])
    verdict = judge(policy, [make_case("a", "critical")], [make_sample("a")])
    assert find_rule(verdict, "kritisch") == ("passed", "0 of 1 sample of 1 case failed, 0 allowed.")


def test_expired_exception_from_the_origin_frees_nothing_from_its_age() -> None:
    policy = make_policy(SAMPLES, exceptions=[make_exception("herkunft", "case:a", "2026-12-09")])
    cases = [make_case("a"), make_case("b")]
    verdict = judge(policy, cases, [make_sample("a", age=timedelta(days=15)), make_sample("b")])
    assert find_rule(verdict, "complete")[1].endswith("a/suite#a (0 of 1); left out: 1 too old.")


def test_exception_from_the_origin_frees_no_other_case_from_its_age() -> None:
    policy = make_policy(SAMPLES, exceptions=[make_exception("herkunft", "case:a")])
    cases = [make_case("a"), make_case("b")]
    verdict = judge(policy, cases, [make_sample("a"), make_sample("b", age=timedelta(days=15))])
    assert find_rule(verdict, "complete")[1].endswith("a/suite#b (0 of 1); left out: 1 too old.")
