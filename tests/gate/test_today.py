from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import pytest

from kiwerk.gate import CLOCK_SKEW
from kiwerk.record import Decision
from tests.support.gate import (
    FAILURES,
    NOW,
    PASS_RATE,
    SAMPLES,
    find_rule,
    judge,
    make_case,
    make_policy,
    make_sample,
)


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ({"stimulus": "other"}, "of another situation than today's"),
        ({"oracle": "other"}, "judged by other expectations than today's"),
        ({"case": "a/suite#gone"}, "of cases that are not there today"),
        ({"sampled": NOW - timedelta(days=14, seconds=1)}, "too old"),
        ({"sampled": NOW + CLOCK_SKEW + timedelta(seconds=1)}, "from the future"),
        ({"sampled": datetime(2026, 12, 9, 12, 0)}, "without a time zone"),  # noqa: DTZ001 - what is tested
    ],
)
def test_sample_that_does_not_fit_today_does_not_count_and_is_missing(change: dict[str, Any], reason: str) -> None:
    verdict = judge(make_policy(), [make_case("a")], [make_sample("a", **change)])
    assert verdict.decision is Decision.REFUSED
    assert find_rule(verdict, "complete") == (
        "refused",
        f"0 samples of 1 case, 1 demanded; 1 case without enough: a/suite#a (0 of 1); left out: 1 {reason}.",
    )
    assert find_rule(verdict, "herkunft")[0] == "refused"
    assert (verdict.samples, verdict.oldest) == (0, None)


@pytest.mark.parametrize("sampled", [NOW - timedelta(days=14), NOW, NOW + CLOCK_SKEW])
def test_sample_at_the_edge_of_its_time_counts(sampled: datetime) -> None:
    assert judge(make_policy(), [make_case("a")], [make_sample("a", sampled=sampled)]).decision is Decision.PASSED


def test_sample_that_does_not_fit_spoils_nothing_where_enough_others_do() -> None:
    samples = [
        make_sample("a"),
        make_sample("a", "-", 1, oracle="other"),
        make_sample("a", "!", 2, age=timedelta(days=15)),
    ]
    verdict = judge(make_policy(FAILURES, PASS_RATE, SAMPLES), [make_case("a", "critical")], samples)
    assert verdict.decision is Decision.PASSED
    assert find_rule(verdict, "complete")[1] == (
        "1 sample of 1 case, 1 demanded; left out: 1 judged by other expectations than today's, 1 too old."
    )


def test_copy_of_a_sample_counts_once() -> None:
    verdict = judge(make_policy(repeats=2), [make_case("a")], [make_sample("a"), make_sample("a")])
    assert verdict.decision is Decision.REFUSED
    assert verdict.samples == 1


def test_sample_of_another_run_with_the_same_repetition_counts() -> None:
    samples = [make_sample("a"), make_sample("a", age=timedelta(days=2))]
    assert judge(make_policy(repeats=2), [make_case("a")], samples).decision is Decision.PASSED


def test_of_two_rules_about_one_case_the_stricter_age_counts() -> None:
    day = {"origin": "model", "providers": ["mistral"], "max_age": "1d"}
    strict = {"id": "frisch", "select": "tag:critical", "require": {"samples": day}}
    samples = [make_sample("a", age=timedelta(days=2)), make_sample("b", age=timedelta(days=2))]
    verdict = judge(make_policy(SAMPLES, strict), [make_case("a", "critical"), make_case("b")], samples)
    assert find_rule(verdict, "complete")[1].endswith("1 case without enough: a/suite#a (0 of 1); left out: 1 too old.")


def test_oldest_sample_that_counts_is_named() -> None:
    samples = [make_sample("a", repetition=days, age=timedelta(days=days)) for days in (2, 9, 15, 4)]
    verdict = judge(make_policy(), [make_case("a")], samples)
    assert verdict.oldest == NOW - timedelta(days=9)
    assert "the oldest 9 days old" in find_rule(verdict, "herkunft")[1]
