from __future__ import annotations

import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiwerk.record import Status
from kiwerk.score import measure_reliability, noticed_failure_rate, pass_at_k, pass_hat_k, repeats_to_notice

SIGNS = {"+": Status.PASSED, "-": Status.FAILED, "!": Status.ERRORED}


def samples(**cases: str) -> list[tuple[str, Status]]:
    return [(case, SIGNS[sign]) for case, signs in cases.items() for sign in signs]


def test_figures_reach_as_far_as_every_case_has_samples() -> None:
    measured = measure_reliability("a", samples(a="+++--", b="+++", c="+-+"))
    assert (measured.cases, measured.samples, measured.repeats) == (3, 11, 3)
    assert measured.pass_rate == pytest.approx((3 / 5 + 1 + 2 / 3) / 3)
    assert measured.pass_hat_k == pytest.approx([(0.6 + 1 + 2 / 3) / 3, (0.3 + 1 + 1 / 3) / 3, (0.1 + 1 + 0) / 3])
    assert measured.pass_at_k == pytest.approx([(0.6 + 1 + 2 / 3) / 3, (0.9 + 1 + 1) / 3, 1])
    assert [(case.case, case.passed, case.failed) for case in measured.flaky] == [("a", 3, 2), ("c", 2, 1)]


def test_interval_counts_cases_and_not_repeats() -> None:
    few, many = measure_reliability("a", samples(a="+", b="-")), measure_reliability("a", samples(a="+" * 9, b="-" * 9))
    assert (few.low, few.high) == (many.low, many.high)
    assert few.low == pytest.approx(0.0945, abs=1e-4)


@pytest.mark.parametrize("cases", [{"a": "!!", "b": "+-"}, {"a": "!"}, {}])
def test_case_that_was_never_judged_leaves_no_draw(cases: dict[str, str]) -> None:
    measured = measure_reliability("a", samples(**cases))
    assert (measured.repeats, measured.pass_hat_k, measured.pass_at_k) == (0, (), ())


def test_stopped_sampling_states_no_rate_but_what_is_flaky() -> None:
    measured = measure_reliability("a", samples(a="+-", b="--"), stopped=True)
    assert (measured.pass_rate, measured.low, measured.high, measured.pass_hat_k) == (None, None, None, ())
    assert [case.case for case in measured.flaky] == ["a"]


@pytest.mark.parametrize("signs", ["+++", "---", "+!!", "!!", "-"])
def test_case_of_one_outcome_is_not_flaky(signs: str) -> None:
    assert measure_reliability("a", samples(a=signs)).flaky == ()


@given(st.lists(st.booleans(), min_size=1, max_size=7), st.data())
def test_pass_at_k_is_the_share_of_draws_with_a_success(outcomes: list[bool], data: st.DataObject) -> None:
    k = data.draw(st.integers(1, len(outcomes)))
    draws = list(itertools.combinations(outcomes, k))
    assert pass_at_k(sum(outcomes), len(outcomes), k) == pytest.approx(sum(map(any, draws)) / len(draws))


@given(st.integers(1, 40), st.data())
def test_pass_at_k_mirrors_pass_hat_k(samples_: int, data: st.DataObject) -> None:
    passed = data.draw(st.integers(0, samples_))
    k = data.draw(st.integers(1, samples_))
    assert pass_at_k(passed, samples_, k) == pytest.approx(1 - pass_hat_k(samples_ - passed, samples_, k))


@pytest.mark.parametrize(("successes", "count", "k"), [(1, 2, 0), (1, 2, 3), (3, 2, 1), (-1, 2, 1)])
def test_draw_that_cannot_be_made_is_refused(successes: int, count: int, k: int) -> None:
    with pytest.raises(ValueError, match="samples"):
        pass_at_k(successes, count, k)


@pytest.mark.parametrize(("rate", "repeats"), [(1.0, 1), (0.5, 5), (0.2, 14), (0.05, 59), (0.95, 1)])
def test_repeats_to_notice_a_failure(rate: float, repeats: int) -> None:
    assert repeats_to_notice(rate) == repeats


@given(st.integers(1, 500))
def test_what_repeats_notice_takes_that_many_repeats(repeats: int) -> None:
    assert repeats_to_notice(noticed_failure_rate(repeats)) == repeats


@pytest.mark.parametrize("rate", [0, -0.1, 1.1])
def test_rate_that_is_none_has_no_repeats(rate: float) -> None:
    with pytest.raises(ValueError, match="no number of repeats"):
        repeats_to_notice(rate)


def test_no_repeat_notices_nothing() -> None:
    with pytest.raises(ValueError, match="show nothing"):
        noticed_failure_rate(0)
