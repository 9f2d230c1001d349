from __future__ import annotations

from kiwerk.gate import restrict_policy
from tests.support.gate import (
    FAILURES,
    PASS_RATE,
    SAMPLES,
    judge,
    make_case,
    make_exception,
    make_policy,
    make_samples,
)


def test_rule_about_none_of_the_sampled_cases_is_left_out_with_its_exceptions() -> None:
    policy = make_policy(FAILURES, PASS_RATE, SAMPLES, exceptions=[make_exception("kritisch", "case:a")])
    restricted = restrict_policy(policy, [make_case("b")])
    assert [rule.id for rule in restricted.rules] == ["gesamt", "herkunft"]
    assert restricted.exceptions == []
    assert [rule.id for rule in restrict_policy(policy, [make_case("a", "critical")]).rules] == [
        "kritisch",
        "gesamt",
        "herkunft",
    ]


def test_lower_bound_that_few_cases_could_not_reach_does_not_refuse_a_sample() -> None:
    rule = {"id": "gesamt", "require": {"pass_rate": {"min": 0.9, "lower_bound": 0.8}}}
    policy, cases, samples = make_policy(rule, SAMPLES), [make_case("a")], make_samples({"a": "+"})
    assert judge(policy, cases, samples).decision == "refused"
    assert judge(restrict_policy(policy, cases), cases, samples).decision == "passed"
    assert judge(restrict_policy(policy, cases), cases, make_samples({"a": "-"})).decision == "refused"


def test_selector_that_cannot_be_read_stays_and_refuses() -> None:
    policy = make_policy({"id": "x", "select": "tga:y", "require": {"failures": {"max": 0}}}, SAMPLES)
    restricted = restrict_policy(policy, [make_case("a")])
    assert judge(restricted, [make_case("a")], make_samples({"a": "+"})).decision == "refused"
