"""Who played the user and who judged: by another provider than the policy counts, a sample does not count."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest

from kiwerk.gate import CLOCK_SKEW, ExpectedCase, ExpectedJudge
from kiwerk.record import Decision
from tests.support.gate import NOW, PASS_RATE, SAMPLES, find_rule, judge, make_case, make_exception, make_policy
from tests.support.gate import make_sample as make_any_sample

JUDGED = replace(make_case("a"), judges=(ExpectedJudge("a/freundlich", "v" * 64),))
SIMULATED = replace(make_case("a"), is_simulated=True)
VOTED: dict[str, Any] = {"voters": ("mistral",), "voted": NOW}


@pytest.mark.parametrize(
    ("case", "sample", "reason"),
    [
        (JUDGED, {"voters": ("loopback",)}, "judged by votes of loopback (mistral demanded)"),
        (JUDGED, {"voters": ("loopback", "mistral")}, "judged by votes of loopback (mistral demanded)"),
        (JUDGED, {}, "judged by votes of an unknown provider (mistral demanded)"),
        (JUDGED, VOTED | {"voted": NOW - timedelta(days=14, seconds=1)}, "judged by votes that are too old"),
        (JUDGED, VOTED | {"voted": NOW + CLOCK_SKEW * 2}, "judged by votes that are from the future"),
        (JUDGED, VOTED | {"voted": datetime(2026, 12, 9)}, "judged by votes that are without a time zone"),  # noqa: DTZ001 - what is tested
        (SIMULATED, {"user": "loopback"}, "with a user played by loopback (mistral demanded)"),
        (SIMULATED, {"user": "loopback", "fault": "user"}, "with a user played by loopback (mistral demanded)"),
        (SIMULATED, {}, "with a user played by an unknown provider (mistral demanded)"),
    ],
)
def test_sample_that_others_judged_or_played_does_not_count(
    case: ExpectedCase, sample: dict[str, Any], reason: str
) -> None:
    verdict = judge(make_policy(), [case], [make_any_sample("a", **sample)])
    assert verdict.decision is Decision.REFUSED
    assert f"left out: 1 {reason}." in find_rule(verdict, "complete")[1]
    assert verdict.samples == 0


@pytest.mark.parametrize(("case", "sample"), [(JUDGED, VOTED), (SIMULATED, {"user": "mistral"})])
def test_sample_that_those_who_count_judged_or_played_counts(case: ExpectedCase, sample: dict[str, Any]) -> None:
    others = [make_any_sample("a", "-", 1, voters=("loopback",)), make_any_sample("a", "-", 2, user="loopback")]
    verdict = judge(make_policy(SAMPLES, PASS_RATE), [case], [make_any_sample("a", **sample), *others])
    assert (verdict.decision, verdict.samples) == (Decision.PASSED, 1)


def test_sample_that_failed_without_a_vote_counts() -> None:
    verdict = judge(make_policy(SAMPLES, PASS_RATE), [JUDGED], [make_any_sample("a", "-")])
    assert (verdict.decision, verdict.samples) == (Decision.REFUSED, 1)


def test_every_rule_that_says_where_samples_come_from_has_its_say() -> None:
    rules = [
        {"id": name, "require": {"samples": {"origin": "model", "providers": providers, "max_age": "14d"}}}
        for name, providers in (("herkunft", ["mistral", "azure"]), ("auch", ["azure"]))
    ]
    verdict = judge(make_policy(*rules), [SIMULATED], [make_any_sample("a", user="mistral")])
    message = find_rule(verdict, "complete")[1]
    assert "with a user played by mistral (azure demanded)" in message


def test_case_that_is_taken_out_of_the_rule_may_have_had_any_user() -> None:
    exceptions = [make_exception("herkunft", "case:a/suite#a")]
    verdict = judge(make_policy(exceptions=exceptions), [SIMULATED], [make_any_sample("a", user="loopback")])
    assert verdict.samples == 1
