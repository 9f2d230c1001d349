from __future__ import annotations

import pytest

from kiwerk.record import Decision, SampleScore
from kiwerk.spec import Policy
from tests.support.gate import (
    SAMPLES,
    find_rule,
    judge,
    make_case,
    make_policy,
    make_sample,
    make_samples,
)


@pytest.mark.parametrize("samples", [[], [make_sample("a")]])
def test_agent_without_cases_is_refused_with_or_without_samples(samples: list[SampleScore]) -> None:
    verdict = judge(make_policy(), [], samples)
    assert verdict.decision is Decision.REFUSED
    assert find_rule(verdict, "complete") == ("refused", "the agent has no cases, so nothing was shown.")


@pytest.mark.parametrize(
    ("statuses", "decision", "message"),
    [
        ({"a": "++", "b": "+++"}, "passed", "5 samples of 2 cases, 5 demanded."),
        ({"a": "+++", "b": "++++"}, "passed", "7 samples of 2 cases, 5 demanded."),
        ({"a": "+-", "b": "---"}, "passed", "5 samples of 2 cases, 5 demanded."),
        (
            {"a": "++", "b": "++"},
            "refused",
            "4 samples of 2 cases, 5 demanded; 1 case without enough: a/suite#b (2 of 3).",
        ),
        (
            {"a": "+"},
            "refused",
            "1 sample of 2 cases, 5 demanded; 2 cases without enough: a/suite#a (1 of 2), a/suite#b (0 of 3).",
        ),
        (
            {"a": "++", "b": "+++!"},
            "refused",
            "6 samples of 2 cases, 5 demanded; 1 sample could not be judged: a/suite#b.",
        ),
        (
            {"a": "++", "b": "++!"},
            "refused",
            (
                "5 samples of 2 cases, 5 demanded; 1 case without enough: a/suite#b (2 of 3); "
                "1 sample could not be judged: a/suite#b."
            ),
        ),
        (
            {"a": "++", "b": "++s"},
            "refused",
            (
                "5 samples of 2 cases, 5 demanded; 1 case without enough: a/suite#b (2 of 3); "
                "1 sample could not be judged: a/suite#b."
            ),
        ),
        (
            {"a": "++", "b": "+++m"},
            "refused",
            "6 samples of 2 cases, 5 demanded; 1 sample could not be judged: a/suite#b.",
        ),
    ],
)
def test_every_case_needs_its_judged_samples(statuses: dict[str, str], decision: str, message: str) -> None:
    policy = Policy.model_validate(
        {"kind": "Policy", "repeats": {"critical": 3, "other": 2}, "rules": [SAMPLES], "exceptions": []}
    )
    verdict = judge(policy, [make_case("a"), make_case("b", "critical")], make_samples(statuses))
    assert find_rule(verdict, "complete") == (decision, message)


def test_case_whose_origin_no_rule_judges_is_refused() -> None:
    some = SAMPLES | {"select": "tag:critical"}
    verdict = judge(
        make_policy(some), [make_case("a", "critical"), make_case("b")], [make_sample("a"), make_sample("b")]
    )
    assert verdict.decision is Decision.REFUSED
    assert find_rule(verdict, "complete")[1] == (
        "2 samples of 2 cases, 2 demanded; no rule says where the samples must come from: a/suite#b."
    )
