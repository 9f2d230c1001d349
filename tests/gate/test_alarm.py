from __future__ import annotations

from itertools import product
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kiwerk.check.rules.unpassable_gate import find_highest_bound
from kiwerk.gate import measure_alarm
from kiwerk.gate.alarm import DRAWS
from kiwerk.record import Alarm, Decision
from kiwerk.score import pass_rate_interval
from tests.support.gate import FAILURES, NOW, PASS_RATE, SAMPLES, judge, make_case, make_policy, make_samples

HALF = {"id": "haelfte", "require": {"pass_rate": {"min": 0.5}}}


def measure(statuses: dict[str, str], *rules: dict[str, Any], repeats: int = 3, **policy: Any) -> Alarm:
    cases = [make_case(name, "critical") for name in statuses]
    chosen = make_policy(*rules, SAMPLES, repeats=repeats, **policy)
    return measure_alarm(chosen, "a/agent", cases, make_samples(statuses), NOW)


@pytest.mark.parametrize(
    ("statuses", "rule", "chance"),
    [
        ({"a": "+++"}, FAILURES, 0),
        ({"a": "---"}, FAILURES, 1),
        ({"a": "++++-"}, FAILURES, 1 - 0.8**3),
        ({"a": "++++-", "b": "+++"}, FAILURES, 1 - 0.8**3),
        ({"a": "+-", "b": "+-"}, FAILURES, 1 - 0.5**6),
        ({"a": "+-"}, {**FAILURES, "require": {"failures": {"max": 1}}}, 0.5),
        # of three conversations two must pass
        ({"a": "+-"}, HALF, 0.5),
        ({"a": "++", "b": "--"}, HALF, 0),
        # one failed conversation of six leaves 0.83
        ({"a": "+-", "b": "++"}, PASS_RATE, 1 - 0.5**3),
        ({"a": "++"}, {**PASS_RATE, "require": {"pass_rate": {"min": 0, "lower_bound": 0.3}}}, 1),
        ({"a": "++"}, {**FAILURES, "select": "tag:nobody"}, 1),
    ],
)
def test_chance_of_one_rule_is_exact(statuses: dict[str, str], rule: dict[str, Any], chance: float) -> None:
    alarm = measure(statuses, rule)
    assert alarm.chance == pytest.approx(chance, abs=1e-12)
    [item] = alarm.rules
    assert (item.rule, item.chance) == (rule["id"], alarm.chance)
    assert alarm.draws is None


@settings(max_examples=25, deadline=None)
@given(
    st.lists(st.text("+-", min_size=1, max_size=3), min_size=1, max_size=3),
    st.sampled_from([FAILURES, PASS_RATE, HALF, {**FAILURES, "require": {"failures": {"max": 2}}}]),
)
def test_chance_is_that_of_all_outcomes_which_the_gate_refuses(samples: list[str], rule: dict[str, Any]) -> None:
    statuses = {f"c{number}": text for number, text in enumerate(samples)}
    cases = [make_case(name, "critical") for name in statuses]
    policy = make_policy(rule, SAMPLES, repeats=2)
    refused = 0.0
    for outcome in product("+-", repeat=2 * len(samples)):
        drawn = {name: "".join(outcome[2 * place : 2 * place + 2]) for place, name in enumerate(statuses)}
        chance = 1.0
        for name, text in drawn.items():
            rate = statuses[name].count("+") / len(statuses[name])
            for sign in text:
                chance *= rate if sign == "+" else 1 - rate
        if chance and judge(policy, cases, make_samples(drawn)).decision is Decision.REFUSED:
            refused += chance
    assert measure(statuses, rule, repeats=2).chance == pytest.approx(refused, abs=1e-9)


def test_rules_that_share_cases_are_simulated_together() -> None:
    statuses = {"a": "++++-", "b": "+++-"}
    alarm = measure(statuses, FAILURES, {"id": "gesamt", "require": {"pass_rate": {"min": 0.8}}})
    strict, loose = (item.chance for item in alarm.rules)
    assert alarm.chance is not None
    # whatever the one refuses, the other does, too: one failure of six is too many for the first alone
    assert strict > loose > 0
    assert alarm.chance == pytest.approx(strict, abs=0.02)
    assert (alarm.draws, alarm.seed) == (DRAWS, 0)
    assert measure(statuses, FAILURES, {"id": "gesamt", "require": {"pass_rate": {"min": 0.8}}}) == alarm


def test_what_takes_too_long_to_reckon_is_simulated(monkeypatch: pytest.MonkeyPatch) -> None:
    statuses = {"a": "++++-", "b": "+++-"}
    exact = measure(statuses, FAILURES)
    monkeypatch.setattr("kiwerk.gate.alarm._MOST_STEPS", 0)
    drawn = measure(statuses, FAILURES)
    assert drawn.chance == pytest.approx(exact.chance, abs=0.02)
    assert (exact.draws, drawn.draws) == (None, DRAWS)


def test_case_without_a_judged_sample_leaves_the_chance_unknown() -> None:
    alarm = measure({"a": "+", "b": "!"}, FAILURES)
    assert (alarm.chance, alarm.unknown) == (None, "1 case without a judged sample")


def test_exempted_case_is_in_no_rule() -> None:
    exception = {
        "rule": "kritisch", "select": "case:a/suite#a", "owner": "O", "reason": "R.", "until": "2026-12-31",
    }  # fmt: skip
    assert measure({"a": "+-", "b": "++"}, FAILURES, exceptions=[exception]).chance == 0
    assert measure({"a": "+-", "b": "++"}, FAILURES).chance != 0


@pytest.mark.parametrize("cases", [1, 2, 3, 10, 1000])
def test_highest_bound_of_the_check_is_the_one_of_the_gate(cases: int) -> None:
    assert find_highest_bound(cases) == pytest.approx(pass_rate_interval(1, cases).low, abs=1e-12)
