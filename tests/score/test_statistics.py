from __future__ import annotations

import itertools
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiwerk.score import Interval, pass_hat_k, pass_rate_interval


@pytest.mark.parametrize(
    ("rate", "cases", "low", "high"),
    [
        (1.0, 1, 0.2065, 1.0),
        (0.0, 1, 0.0, 0.7935),
        (0.5, 1, 0.0546, 0.9454),
        (0.5, 2, 0.0945, 0.9055),
        (1.0, 3, 0.4385, 1.0),
        (1.0, 25, 0.8668, 1.0),
        (0.96, 25, 0.8046, 0.9929),
        (0.9, 10, 0.5958, 0.9821),  # Wilson's interval for 9 of 10, as tabulated widely
        (0.5, 10, 0.2366, 0.7634),
        (0.0, 20, 0.0, 0.1611),
        (0.999, 100_000, 0.9988, 0.9992),
    ],
)
def test_interval_is_wilsons(rate: float, cases: int, low: float, high: float) -> None:
    interval = pass_rate_interval(rate, cases)
    assert interval.low == pytest.approx(low, abs=5e-5)
    assert interval.high == pytest.approx(high, abs=5e-5)


@given(st.floats(0, 1), st.integers(1, 10**6))
def test_interval_contains_the_rate_and_stays_within_0_and_1(rate: float, cases: int) -> None:
    interval = pass_rate_interval(rate, cases)
    assert 0 <= interval.low <= rate + 1e-12
    assert rate - 1e-12 <= interval.high <= 1


@given(st.floats(0, 1), st.integers(1, 10**4))
def test_interval_mirrors_and_narrows_with_more_cases(rate: float, cases: int) -> None:
    interval, mirrored = pass_rate_interval(rate, cases), pass_rate_interval(1 - rate, cases)
    assert interval.low == pytest.approx(1 - mirrored.high, abs=1e-9)
    more = pass_rate_interval(rate, cases * 2)
    assert more.high - more.low < interval.high - interval.low


@given(st.floats(0, 1), st.integers(1, 1000))
def test_ends_of_the_interval_solve_wilsons_equation(rate: float, cases: int) -> None:
    """At each end p the score statistic |rate - p| / sqrt(p (1 - p) / n) is the 97.5 % quantile."""
    interval = pass_rate_interval(rate, cases)
    for end in (interval.low, interval.high):
        if 1e-9 < end < 1 - 1e-9:
            assert (rate - end) ** 2 == pytest.approx(3.841459 * end * (1 - end) / cases, rel=1e-4, abs=1e-12)


@pytest.mark.parametrize("cases", [0, -1])
def test_interval_of_no_cases_is_refused(cases: int) -> None:
    with pytest.raises(ValueError, match="at least one case"):
        pass_rate_interval(1.0, cases)


@pytest.mark.parametrize("rate", [-0.01, 1.01, float("nan"), float("inf")])
def test_rate_outside_0_to_1_is_refused(rate: float) -> None:
    with pytest.raises(ValueError, match="between 0 and 1"):
        pass_rate_interval(rate, 5)


@pytest.mark.parametrize(
    ("successes", "samples", "k", "expected"),
    [
        (0, 1, 1, 0),
        (1, 1, 1, 1),
        (3, 5, 1, 0.6),
        (3, 5, 2, 0.3),
        (3, 5, 3, 0.1),
        (3, 5, 4, 0),
        (5, 5, 5, 1),
        (4, 5, 5, 0),
    ],
)
def test_pass_hat_k_is_the_unbiased_estimator(successes: int, samples: int, k: int, expected: float) -> None:
    assert pass_hat_k(successes, samples, k) == pytest.approx(expected)


@given(st.lists(st.booleans(), min_size=1, max_size=7), st.data())
def test_pass_hat_k_is_the_share_of_draws_in_which_all_passed(outcomes: list[bool], data: st.DataObject) -> None:
    k = data.draw(st.integers(1, len(outcomes)))
    draws = list(itertools.combinations(outcomes, k))
    expected = Fraction(sum(all(draw) for draw in draws), len(draws))
    assert pass_hat_k(sum(outcomes), len(outcomes), k) == pytest.approx(float(expected))


@pytest.mark.parametrize(("successes", "samples", "k"), [(2, 1, 1), (-1, 1, 1), (1, 1, 2), (1, 1, 0), (0, 0, 1)])
def test_impossible_counts_are_refused(successes: int, samples: int, k: int) -> None:
    with pytest.raises(ValueError, match="samples"):
        pass_hat_k(successes, samples, k)


def test_interval_has_named_ends() -> None:
    assert Interval(0.2, 1.0).low == 0.2
