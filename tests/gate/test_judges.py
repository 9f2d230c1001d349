"""A policy that demands that judges agree with people: unknown is not enough, and nothing else is looked at."""

from __future__ import annotations

from dataclasses import replace

import pytest

from kiwerk.gate import ExpectedCase, ExpectedJudge, decide_verdict
from kiwerk.record import Calibration, Decision
from kiwerk.score.agreement import measure_classes, measure_kappa
from tests.support.gate import NOW, PASS_RATE, SAMPLES, make_case, make_policy, make_samples

JUDGE = ExpectedJudge("a/freundlich", "v" * 64)


def make_calibration(yes: tuple[int, int], no: tuple[int, int], verdict: str = JUDGE.verdict) -> Calibration:
    """What the judge says, yes and no, where people say yes, and where they say no."""
    table = {"yes": dict(zip(("yes", "no"), yes, strict=True)), "no": dict(zip(("yes", "no"), no, strict=True))}
    pairs = [(one, other) for one, row in table.items() for other, number in row.items() for _ in range(number)]
    return Calibration(
        judge=JUDGE.id,
        verdict=verdict,
        labels=len(pairs),
        labellers=("Ute",),
        compared=len(pairs),
        sampled=len(pairs),
        voters=("mistral",),
        table=table,
        classes=measure_classes(table),
        kappa=measure_kappa(pairs),
    )


GOOD = make_calibration((48, 2), (3, 27))


def decide(demand: dict[str, float], *calibrations: Calibration, case: ExpectedCase | None = None) -> tuple[bool, str]:
    """Whether the gate lets a perfect agent through, and what the rule about judges says."""
    policy = make_policy(SAMPLES, PASS_RATE, {"id": "richter", "require": {"judges": demand}})
    verdict = decide_verdict(
        policy,
        policy_id="standard",
        agent="a/agent",
        environment="production",
        ships="f" * 64,
        cases=[case or replace(make_case("x"), judges=(JUDGE,))],
        samples=[sample.model_copy(update={"voters": ("mistral",)}) for sample in make_samples({"x": "+"})],
        findings=[],
        now=NOW,
        calibrations=calibrations,
    )
    [message] = [rule.message for rule in verdict.rules if rule.rule == "richter"]
    return verdict.decision is Decision.PASSED, message


@pytest.mark.parametrize("demand", [{"min_kappa": 0.6}, {"lower_bound": 0.7}, {"min_kappa": 0.8, "min_compared": 80}])
def test_judge_that_agrees_is_trusted(demand: dict[str, float]) -> None:
    assert decide(demand, GOOD) == (True, "a/freundlich kappa 0.865 on 80 conversations.")


@pytest.mark.parametrize(
    ("demand", "calibration", "message"),
    [
        ({"min_kappa": 0.9}, GOOD, "kappa 0.865, 0.90 demanded"),
        ({"min_kappa": 0.6, "min_compared": 81}, GOOD, "compared on 80 conversations with a model, 81 demanded"),
        (
            {"lower_bound": 0.8},
            GOOD,
            "where people say no it agrees at least 0.743 with 95 % confidence, 0.80 demanded",
        ),
        ({"min_kappa": 0.0}, make_calibration((50, 0), (0, 0)), "kappa not defined: both say yes every time"),
        ({"lower_bound": 0.1}, make_calibration((50, 0), (0, 0)), "people never say no, so nothing is known of it"),
        ({"min_kappa": 0.1}, make_calibration((50, 0), (10, 0)), "kappa 0.00, 0.10 demanded"),
        (
            {"min_kappa": -1, "min_compared": 1},
            make_calibration((0, 0), (0, 0)),
            "compared on 0 conversations with a model",
        ),
    ],
)
def test_judge_that_does_not_agree_enough_is_refused(
    demand: dict[str, float], calibration: Calibration, message: str
) -> None:
    passed, said = decide(demand, calibration)
    assert not passed
    assert message in said


def test_judge_that_was_never_compared_is_refused() -> None:
    for known in ((), (make_calibration((48, 2), (3, 27), verdict="w" * 64),)):
        passed, said = decide({"min_kappa": 0.1}, *known)
        assert not passed
        assert "was not compared with people as it is today" in said


@pytest.mark.parametrize("voters", [("loopback",), ("loopback", "mistral"), ()])
def test_judge_whose_votes_are_of_somebody_else_was_not_compared(voters: tuple[str, ...]) -> None:
    passed, said = decide({"min_kappa": 0.1}, GOOD.model_copy(update={"voters": voters}))
    assert not passed
    assert "was not compared with people as it is today" in said


def test_what_people_wrote_does_not_count_as_compared() -> None:
    passed, said = decide({"min_kappa": 0.1}, GOOD.model_copy(update={"sampled": 29}))
    assert not passed
    assert "compared on 29 conversations with a model, 30 demanded" in said


def test_cases_without_a_judge_have_nothing_to_agree() -> None:
    assert decide({"min_kappa": 1}, case=make_case("x")) == (True, "no judge is asked by 1 case.")
