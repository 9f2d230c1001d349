from __future__ import annotations

from collections.abc import Sequence
from functools import partial

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kiwerk.gate import ExpectedCase, is_refusal_certain
from kiwerk.record import SampleScore, Source
from kiwerk.spec import Policy
from tests.support.gate import NOW, SAMPLES, judge, make_case, make_exception, make_policy, make_sample

MODEL = Source(origin="model", provider="mistral")
REPEATS = 2
CASES = [make_case("a", "critical"), make_case("b", "critical"), make_case("c"), make_case("d")]


def is_certain(policy: Policy, samples: Sequence[SampleScore], cases: list[ExpectedCase] = CASES) -> bool:
    missing = {case: REPEATS - sum(sample.case == case.case for sample in samples) for case in cases}
    decide = partial(judge, policy, cases)
    return is_refusal_certain(lambda known: decide(list(known)), samples, missing, source=MODEL, now=NOW)


@st.composite
def policies(draw: st.DrawFn) -> Policy:
    rules = draw(
        st.lists(
            st.one_of(
                st.builds(
                    lambda most, select: {"select": select, "require": {"failures": {"max": most}}},
                    st.integers(0, 5),
                    st.sampled_from(["tag:critical", "case:*"]),
                ),
                st.builds(
                    lambda least, bound: {"require": {"pass_rate": {"min": least, "lower_bound": bound}}},
                    st.sampled_from([0.0, 0.25, 0.5, 0.75, 0.9, 1.0]),
                    st.sampled_from([0.0, 0.1, 0.2, 0.4, 0.51, 0.9]),
                ),
            ),
            min_size=1,
            max_size=3,
        )
    )
    named = [{"id": f"r{number}", **rule} for number, rule in enumerate(rules)]
    exceptions = [make_exception("r0", "case:a")] if draw(st.booleans()) else []
    return make_policy(*named, SAMPLES, repeats=REPEATS, exceptions=exceptions)


ORDERS = st.permutations([(case.case.rpartition("#")[2], number) for case in CASES for number in range(REPEATS)])
STATUSES = st.lists(st.sampled_from("++--!"), min_size=len(CASES) * REPEATS, max_size=len(CASES) * REPEATS)


@settings(max_examples=150, deadline=None)
@given(policies(), ORDERS, STATUSES)
def test_decision_with_early_stopping_is_the_decision_without(
    policy: Policy, order: list[tuple[str, int]], statuses: list[str]
) -> None:
    samples = [make_sample(name, status, number) for (name, number), status in zip(order, statuses, strict=True)]
    complete = judge(policy, CASES, samples)
    for length in range(len(samples)):
        if is_certain(policy, samples[:length]):
            stopped = judge(policy, CASES, samples[:length])
            assert (stopped.decision, complete.decision) == ("refused", "refused")


@pytest.mark.parametrize(
    ("statuses", "certain"),
    [
        ({}, False),
        ({"a": "+", "b": "+", "c": "+", "d": "+"}, False),
        ({"a": "++", "b": "++", "c": "++", "d": "+"}, False),
        ({"a": "-"}, True),
        ({"c": "-"}, False),
        ({"a": "!", "c": "-"}, False),
        ({"c": "--"}, True),
        ({"a": "!!", "b": "!!", "c": "!!", "d": "!!"}, False),
    ],
)
def test_refusal_is_certain_once_one_rule_cannot_be_met_any_more(statuses: dict[str, str], *, certain: bool) -> None:
    """One critical failure refuses; the pass rate is lost with the second failure of eight."""
    policy = make_policy(
        {"id": "kritisch", "select": "tag:critical", "require": {"failures": {"max": 0}}},
        {"id": "gesamt", "require": {"pass_rate": {"min": 0.8}}},
        SAMPLES,
        repeats=REPEATS,
    )
    samples = [make_sample(name, status, number) for name, of in statuses.items() for number, status in enumerate(of)]
    assert is_certain(policy, samples) is certain


def test_approval_is_never_certain_before_the_last_sample() -> None:
    policy = make_policy({"id": "lax", "require": {"failures": {"max": 99}}}, SAMPLES, repeats=REPEATS)
    samples = [make_sample(name, "-", number) for name in "abc" for number in range(REPEATS)]
    assert not is_certain(policy, samples)
