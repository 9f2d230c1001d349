"""A policy that demands that nothing goes worse than with what is deployed."""

from __future__ import annotations

from typing import Any

import pytest

from kiwerk.gate import Deployed, decide_verdict
from kiwerk.record import BaselineCase, BaselineFigures
from kiwerk.record.comparison import Sampled
from tests.support.gate import NOW, SAMPLES, make_case, make_policy, make_samples

BASE, HEAD = "b" * 64, "f" * 64
DEPLOYED = Deployed("production", BASE)


def sampled(text: str) -> Sampled:
    """`5/5`: how many passed of how many."""
    passed, judged = map(int, text.split("/"))
    return Sampled(passed=passed, failed=judged - passed)


def make_item(name: str, base: str = "5/5", head: str = "5/5", fresh: str = "", **changes: Any) -> BaselineCase:
    """A case on both sides; `fresh` is `5/5 0/5`."""
    confirmed: list[Sampled | None] = [sampled(side) for side in fresh.split()]
    confirmed = confirmed or [None, None]
    item = BaselineCase(
        case=f"a/suite#{name}",
        stimulus=f"stimulus-{name}",
        oracle="oracle",
        base=sampled(base),
        head=sampled(head),
        confirmed_base=confirmed[0],
        confirmed_head=confirmed[1],
    )
    return item.model_copy(update=changes)


def decide(
    *items: BaselineCase,
    deployed: Deployed | None = DEPLOYED,
    most: int = 0,
    providers: tuple[str, ...] = ("mistral",),
    ships: str = BASE,
    names: str = "xy",
) -> tuple[bool, str]:
    """Whether the rule is met, and what it says."""
    require = {"regressions": {"max": most, "confirm_repeats": 5}}
    verdict = decide_verdict(
        make_policy(SAMPLES, {"id": "rueckschritte", "require": require}),
        policy_id="standard",
        agent="a/agent",
        environment="production",
        ships=HEAD,
        cases=[make_case(name) for name in names],
        samples=make_samples(dict.fromkeys(names, "+")),
        findings=[],
        now=NOW,
        deployed=deployed,
        baselines=[BaselineFigures(ships=ships, cases=items, providers=providers)],
    )
    [rule] = [rule for rule in verdict.rules if rule.rule == "rueckschritte"]
    return rule.decision == "passed", rule.message


@pytest.mark.parametrize(
    ("deployed", "met", "message"),
    [
        (None, False, "nobody looked at what is deployed, so there is nothing to compare with."),
        (Deployed("production", None), True, "nothing of it is deployed in production yet, so there is no baseline."),
        (Deployed("production", HEAD), True, "exactly this is deployed in production."),
        (Deployed("production", HEAD, "x is missing"), True, "exactly this is deployed in production."),
        (Deployed("production", BASE, "x is missing"), False, "deployed in production is no baseline: x is missing."),
        (Deployed("production", None, "x is missing"), False, "deployed in production is no baseline: x is missing."),
        (Deployed("production", "c" * 64), False, "production has cccccccccccc now, with which it was not compared"),
    ],
)
def test_baseline_must_be_known(deployed: Deployed | None, met: bool, message: str) -> None:  # noqa: FBT001
    found, said = decide(make_item("x"), make_item("y"), deployed=deployed)
    assert found == met
    assert message in said


def test_nothing_worse_is_green() -> None:
    assert decide(make_item("x"), make_item("y", "2/5", "5/5")) == (
        True,
        "0 of 2 cases regressed from bbbbbbbbbbbb in production, 0 allowed.",
    )


def test_what_looks_worse_must_be_sampled_afresh() -> None:
    met, said = decide(make_item("x", "5/5", "0/5"), make_item("y"))
    assert not met
    assert "1 case looks worse and was not sampled afresh often enough (a/suite#x 5/5 → 0/5)" in said
    assert "run `kiwerk diff deployed:production --confirm 5`" in said


def test_several_that_look_worse_are_named_together() -> None:
    _, said = decide(make_item("x", "5/5", "0/5"), make_item("y", "5/5", "0/5"))
    assert "2 cases look worse and were not sampled afresh often enough (a/suite#x 5/5 → 0/5, a/suite#y" in said


@pytest.mark.parametrize(
    ("fresh", "met"), [("4/4 4/4", False), ("5/5 5/5", True), ("5/5 4/5", True), ("9/9 4/4", False)]
)
def test_both_sides_need_so_many_fresh_samples(fresh: str, met: bool) -> None:  # noqa: FBT001
    assert decide(make_item("x", "5/5", "0/5", fresh), make_item("y"))[0] == met


def test_confirmed_regression_counts_against_the_most_allowed() -> None:
    items = make_item("x", "5/5", "0/5", "5/5 0/5"), make_item("y")
    met, said = decide(*items)
    assert not met
    assert "1 of 2 cases regressed" in said
    assert "a/suite#x (fresh samples 5/5 → 0/5)" in said
    assert decide(*items, most=1)[0]


def test_undecided_case_is_never_called_regressed() -> None:
    met, said = decide(make_item("x", "5/5", "0/5", "5/5 4/5"), make_item("y"))
    assert met
    assert "undecided after fresh samples: a/suite#x" in said


def test_another_situation_is_said_and_not_counted() -> None:
    met, said = decide(make_item("x", "0/0", "0/5", reason="which is new"), make_item("y"))
    assert met
    assert "0 of 1 case regressed" in said
    assert "1 case not compared, which is new: a/suite#x" in said


@pytest.mark.parametrize(
    "changes",
    [{"base": "0/0"}, {"base": Sampled(errored=5)}, {"head": "0/0"}, {"stimulus": "other"}, {"oracle": "other"}],
)
def test_unknown_side_is_not_green(changes: dict[str, Any]) -> None:
    read = {
        key: sampled(value) if "/" in str(value) and isinstance(value, str) else value for key, value in changes.items()
    }
    met, said = decide(make_item("x").model_copy(update=read), make_item("y"))
    assert not met
    assert "a/suite#x" in said


def test_case_that_was_never_compared_is_not_green() -> None:
    met, said = decide(make_item("x"))
    assert not met
    assert "1 case not compared as it stands today: a/suite#y" in said


def test_samples_of_others_prove_nothing_about_either_side() -> None:
    met, said = decide(make_item("x"), make_item("y"), providers=("loopback", "mistral"))
    assert not met
    assert "some of the samples compared come from loopback" in said
