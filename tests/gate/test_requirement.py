from __future__ import annotations

import pytest

from kiwerk.record import Decision, SampleScore, Source
from tests.support.gate import (
    SAMPLES,
    find_rule,
    judge,
    make_case,
    make_policy,
    make_sample,
    make_samples,
)

BY_PEOPLE = [
    make_sample("a", source=Source(origin="reference")),
    make_sample("a", source=Source(origin="counterexample", provider="mistral")),
]

UNJUDGED = "0 of 2 samples of 1 case failed, 0 allowed; 1 could not be judged, which counts against it: a/suite#a ({})."


@pytest.mark.parametrize(
    ("statuses", "most", "decision", "message"),
    [
        ({"a": "++"}, 0, "passed", "0 of 2 samples of 1 case failed, 0 allowed."),
        ({"a": "+-"}, 0, "refused", "1 of 2 samples of 1 case failed, 0 allowed: a/suite#a (address)."),
        ({"a": "+-"}, 1, "passed", "1 of 2 samples of 1 case failed, 1 allowed: a/suite#a (address)."),
        ({"a": "--"}, 1, "refused", "2 of 2 samples of 1 case failed, 1 allowed: a/suite#a (address) × 2."),
        ({"a": "+!"}, 0, "refused", UNJUDGED.format("errored")),
        ({"a": "+s"}, 0, "refused", UNJUDGED.format("skipped")),
        ({"b": "+"}, 9, "refused", "no sample of 1 case in which failures could be counted."),
    ],
)
def test_failures_are_counted_among_the_selected_cases(
    statuses: dict[str, str], most: int, decision: str, message: str
) -> None:
    rule = {"id": "kritisch", "select": "tag:critical", "require": {"failures": {"max": most}}}
    verdict = judge(
        make_policy(rule, SAMPLES), [make_case("a", "critical"), make_case("b")], make_samples({"b": "-"} | statuses)
    )
    assert find_rule(verdict, "kritisch") == (decision, message)


def test_long_list_of_failures_is_cut() -> None:
    cases = [make_case(f"c{number}") for number in range(7)]
    rule = {"id": "alle", "require": {"failures": {"max": 0}}}
    verdict = judge(make_policy(rule, SAMPLES), cases, make_samples({f"c{number}": "-" for number in range(7)}))
    assert find_rule(verdict, "alle")[1].endswith("a/suite#c4 (address) and 2 more.")


@pytest.mark.parametrize(
    ("statuses", "minimum", "lower_bound", "decision", "figures"),
    [
        ({"a": "+"}, 1.0, 0.2, "passed", "0 of 1 case did not always pass: pass rate 1.00, at least 0.206"),
        ({"a": "+"}, 1.0, 0.21, "refused", "0 of 1 case did not always pass: pass rate 1.00, at least 0.206"),
        ({"a": "+" * 100}, 1.0, 0.21, "refused", "0 of 1 case did not always pass: pass rate 1.00, at least 0.206"),
        ({"a": "-"}, 0.0, 0.0, "passed", "1 of 1 case did not always pass: pass rate 0.00, at least 0.00"),
        ({"a": "-"}, 0.01, 0.0, "refused", "1 of 1 case did not always pass: pass rate 0.00, at least 0.00"),
        (
            {f"c{number}": "+" if number else "-" for number in range(10)},
            0.9,
            0.0,
            "passed",
            "1 of 10 cases did not always pass: pass rate 0.90, at least 0.595",
        ),
        (
            {"a": "+++--", "b": "++++-", "c": "+++++"},
            0.8,
            0.0,
            "passed",
            "2 of 3 cases did not always pass: pass rate 0.80, at least 0.287",
        ),
        ({"a": "++++++++++", "b": "-"}, 0.51, 0.0, "refused", "1 of 2 cases did not always pass: pass rate 0.50"),
        ({"a": "+!", "b": "!"}, 1.0, 0.2, "passed", "0 of 1 case did not always pass: pass rate 1.00"),
        ({"a": "!"}, 0.0, 0.0, "refused", "no judged sample of 1 case, so there is no pass rate."),
    ],
)
def test_pass_rate_is_the_mean_of_the_cases_with_the_case_as_its_unit(
    statuses: dict[str, str], minimum: float, lower_bound: float, decision: str, figures: str
) -> None:
    rule = {"id": "gesamt", "require": {"pass_rate": {"min": minimum, "lower_bound": lower_bound}}}
    verdict = judge(make_policy(rule, SAMPLES), [make_case(name) for name in statuses], make_samples(statuses))
    assert find_rule(verdict, "gesamt")[0] == decision
    assert find_rule(verdict, "gesamt")[1].startswith(figures)


def test_what_nobody_answered_has_no_origin() -> None:
    verdict = judge(make_policy(SAMPLES), [make_case("a")], make_samples({"a": "!!"}))
    assert find_rule(verdict, "herkunft") == ("refused", "no judged sample of 1 case, so there is no origin.")


def test_rate_is_rounded_to_the_nearest_and_the_lower_end_down() -> None:
    statuses = {"a": "+" * 8 + "-"}  # 0.888…
    rule = {"id": "gesamt", "require": {"pass_rate": {"min": 0.89}}}
    decision, message = find_rule(judge(make_policy(rule, SAMPLES), [make_case("a")], make_samples(statuses)), "gesamt")
    assert decision == "refused"
    assert "pass rate 0.889, at least 0.163 with" in message
    assert "0.89 and 0.00 demanded" in message


@pytest.mark.parametrize("stranger", BY_PEOPLE, ids=["reference", "counterexample"])
def test_what_a_person_wrote_is_no_evidence_and_refuses_where_it_is_passed_off_as_such(stranger: SampleScore) -> None:
    enough = judge(make_policy(), [make_case("a")], [make_sample("a"), stranger])
    assert enough.decision is Decision.REFUSED
    assert find_rule(enough, "herkunft") == (
        "refused",
        f"1 of 2 samples come from elsewhere: 1 by no model ({stranger.source.origin}); mistral demanded.",
    )
    missing = judge(make_policy(repeats=2), [make_case("a")], [make_sample("a"), stranger])
    assert find_rule(missing, "complete")[0] == "refused"
    assert missing.samples == 1


@pytest.mark.parametrize(
    ("provider", "name"), [("loopback", "loopback"), (None, "an unknown provider"), ("Mistral", "Mistral"), ("", "")]
)
def test_sample_of_another_provider_refuses(provider: str | None, name: str) -> None:
    stranger = make_sample("a", repetition=1, source=Source(origin="model", provider=provider, model="mistral:small"))
    verdict = judge(make_policy(), [make_case("a")], [make_sample("a"), stranger])
    assert verdict.decision is Decision.REFUSED
    shown = name or "an unknown provider"
    assert find_rule(verdict, "herkunft")[1] == (f"1 of 2 samples come from elsewhere: 1 by {shown}; mistral demanded.")


def test_several_providers_may_be_on_the_list() -> None:
    both = {"id": "x", "require": {"samples": {"origin": "model", "providers": ["mistral", "b"], "max_age": "1d"}}}
    samples = [make_sample("a"), make_sample("a", repetition=1, source=Source(origin="model", provider="b"))]
    verdict = judge(make_policy(both), [make_case("a")], samples)
    assert verdict.decision is Decision.PASSED
    assert find_rule(verdict, "x")[1] == (
        "all 2 samples by b, mistral, the oldest 1 day old; mistral or b demanded, at most 1 day old."
    )
