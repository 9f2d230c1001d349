"""Kappa against published figures, against another way to its standard error, and its laws."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from math import sqrt

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from kiwerk.score.agreement import compare_people, find_majority, measure_classes, measure_kappa

Pairs = list[tuple[str, str]]
PAIRS = st.lists(st.tuples(st.sampled_from("abc"), st.sampled_from("abc")), min_size=1, max_size=60)


def pairs_of(table: Sequence[Sequence[int]]) -> Pairs:
    return [(str(i), str(j)) for i, row in enumerate(table) for j, number in enumerate(row) for _ in range(number)]


def test_kappa_and_its_standard_error_are_those_of_the_paper() -> None:
    # Fleiss, Cohen and Everitt 1969, Psychological Bulletin 72, table 1: kappa .429, standard error .054, n = 200
    kappa = measure_kappa(pairs_of([[106, 10, 4], [22, 28, 10], [2, 12, 6]]))
    assert kappa.n == 200
    assert kappa.agreement == pytest.approx(0.7)
    assert kappa.value == pytest.approx(0.429, abs=0.0005)
    assert kappa.standard_error == pytest.approx(0.054, abs=0.0005)
    assert kappa.low == pytest.approx(0.323, abs=0.001)
    assert kappa.high == pytest.approx(0.534, abs=0.001)


def test_kappa_is_that_of_scikit_learn() -> None:
    # the example in the documentation of sklearn.metrics.cohen_kappa_score
    first = ["negative", "positive", "negative", "neutral", "positive"]
    second = ["negative", "positive", "negative", "neutral", "negative"]
    assert measure_kappa(zip(first, second, strict=True)).value == pytest.approx(0.6875)


def test_always_saying_yes_agrees_often_and_not_beyond_chance() -> None:
    kappa = measure_kappa(pairs_of([[90, 0], [10, 0]]))
    assert kappa.agreement == pytest.approx(0.9)
    assert kappa.value == pytest.approx(0)


def test_kappa_of_one_class_is_not_defined() -> None:
    kappa = measure_kappa([("yes", "yes")] * 20)
    assert (kappa.agreement, kappa.value, kappa.low) == (1.0, None, None)
    assert kappa.note == "not defined: both say yes every time"


def test_kappa_of_nothing_is_no_figure() -> None:
    kappa = measure_kappa([])
    assert (kappa.n, kappa.agreement, kappa.value) == (0, None, None)


def test_complete_agreement_has_no_interval() -> None:
    kappa = measure_kappa(pairs_of([[3, 0], [0, 2]]))
    assert (kappa.value, kappa.standard_error, kappa.low) == (1.0, None, None)
    assert "no interval" in (kappa.note or "")


@given(PAIRS)
def test_kappa_lies_between_minus_one_and_one_and_takes_no_side(pairs: Pairs) -> None:
    kappa = measure_kappa(pairs)
    turned = measure_kappa([(second, first) for first, second in pairs])
    assert kappa.value == (pytest.approx(turned.value) if kappa.value is not None else None)
    if kappa.value is not None:
        assert -1 - 1e-9 <= kappa.value <= 1 + 1e-9
    if kappa.low is not None:
        assert kappa.value is not None
        assert kappa.high is not None
        assert -1 <= kappa.low <= kappa.value <= kappa.high + 1e-9 <= 1 + 1e-9


@given(PAIRS)
def test_standard_error_is_that_of_the_delta_method(pairs: Pairs) -> None:
    """Gradient of kappa by differences, and the covariance of a multinomial sample: another way to the formula."""
    kappa = measure_kappa(pairs)
    assume(kappa.standard_error is not None and kappa.standard_error > 0.01)
    shares = {pair: number / len(pairs) for pair, number in Counter(pairs).items()}
    step = 1e-6
    slopes = {
        pair: (_kappa({**shares, pair: share + step}) - _kappa({**shares, pair: share - step})) / (2 * step)
        for pair, share in shares.items()
    }
    mean = sum(shares[pair] * slopes[pair] for pair in shares)
    variance = sum(shares[pair] * slopes[pair] ** 2 for pair in shares) - mean**2
    assert kappa.standard_error == pytest.approx(sqrt(max(variance, 0) / len(pairs)), rel=1e-3, abs=1e-4)


def _kappa(shares: Mapping[tuple[str, str], float]) -> float:
    total = sum(shares.values())
    observed = sum(share for (first, second), share in shares.items() if first == second) / total
    expected = sum(
        sum(share for pair, share in shares.items() if pair[0] == name)
        * sum(share for pair, share in shares.items() if pair[1] == name)
        for name in "abc"
    )
    expected /= total**2
    return (observed - expected) / (1 - expected)


def test_each_class_has_its_own_agreement_with_wilsons_interval() -> None:
    yes, no = measure_classes({"yes": {"yes": 45, "no": 5}, "no": {"yes": 4, "no": 6}})
    assert (yes.n, yes.agreed, yes.share) == (50, 45, 0.9)
    # Wilson at 95 % for 45 of 50
    assert yes.low == pytest.approx(0.786, abs=0.001)
    assert yes.high == pytest.approx(0.957, abs=0.001)
    assert (no.n, no.share) == (10, 0.6)


def test_class_that_nobody_chose_has_no_figure() -> None:
    [_, no] = measure_classes({"yes": {"yes": 5, "no": 0}, "no": {"yes": 0, "no": 0}})
    assert (no.n, no.share, no.low, no.high) == (0, None, None, None)


@pytest.mark.parametrize(
    ("answers", "majority"),
    [([], None), (["yes"], "yes"), (["yes", "no"], None), (["no", "yes", "no"], "no"), (["a", "b", "c"], None)],
)
def test_majority_needs_more_than_any_other(answers: list[str], majority: str | None) -> None:
    assert find_majority(answers) == majority


def test_people_are_compared_two_by_two_where_they_judged_the_same() -> None:
    answers = {
        "Ute": {"1": "yes", "2": "no", "3": "yes"},
        "Jana": {"1": "yes", "2": "yes"},
        "Max": {"9": "no"},
    }
    [pair] = compare_people(answers)
    assert (pair.first, pair.second, pair.kappa.n, pair.kappa.agreement) == ("Jana", "Ute", 2, 0.5)
