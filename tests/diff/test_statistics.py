from __future__ import annotations

import itertools
import random
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiwerk.diff.statistics import ALPHA, Counts, adjust_for_many, compare_rates, fisher_p, fisher_tail, samples_needed

uneven = st.integers(1, 13).flatmap(lambda judged: st.builds(Counts, st.integers(0, judged), st.just(judged)))
counts = st.integers(1, 5).flatmap(lambda judged: st.builds(Counts, st.integers(0, judged), st.just(judged)))


def brute_p(pairs: list[tuple[Counts, Counts]]) -> float:
    steps = [Fraction(h.passed, h.judged) - Fraction(b.passed, b.judged) for b, h in pairs]
    total = abs(sum(steps, Fraction()))
    ways = list(itertools.product((1, -1), repeat=len(steps)))
    sums = [abs(sum((s * w for s, w in zip(steps, way, strict=True)), Fraction())) for way in ways]
    return sum(found >= total for found in sums) / len(ways)


@given(st.lists(st.tuples(counts, counts), min_size=1, max_size=8))
def test_permutation_test_counts_what_going_through_all_signs_counts(pairs: list[tuple[Counts, Counts]]) -> None:
    effect = compare_rates(pairs)
    assert effect is not None
    assert effect.p == pytest.approx(brute_p(pairs))


def test_no_pair_is_no_effect() -> None:
    assert compare_rates([]) is None


def test_normal_tail_takes_over_without_a_jump() -> None:
    rng = random.Random(7)  # noqa: S311 - no secret
    base = [(Counts(rng.randrange(6), 5), Counts(rng.randrange(5), 5)) for _ in range(500)]
    differing = [pair for pair in base if pair[0] != pair[1]]
    exact, normal = compare_rates(differing[:256]), compare_rates(differing[:257])
    assert exact is not None
    assert normal is not None
    assert exact.p == pytest.approx(normal.p, rel=0.5, abs=0.01)


@pytest.mark.parametrize(
    ("base", "head", "p"),
    [
        # Fisher's tea (Fisher 1935): 3 of 4 each way
        (Counts(3, 4), Counts(1, 4), 0.4857142857),
        # 5/5 against 0/5: two of 252 tables
        (Counts(5, 5), Counts(0, 5), 2 / 252),
        # the documentation of scipy.stats.fisher_exact: [[6, 2], [1, 4]]
        (Counts(6, 8), Counts(1, 5), 0.1025641026),
        (Counts(3, 3), Counts(3, 3), 1.0),
    ],
)
def test_fisher_agrees_with_published_values(base: Counts, head: Counts, p: float) -> None:
    assert fisher_p(base, head) == pytest.approx(p)


@given(counts, counts)
def test_fisher_does_not_mind_which_side_is_which(base: Counts, head: Counts) -> None:
    assert fisher_p(base, head) == pytest.approx(fisher_p(head, base))


def test_benjamini_hochberg_agrees_with_the_paper() -> None:
    # Benjamini and Hochberg 1995, section 3.2: of these fifteen the first four are rejected at 0.05
    values = [0.0001, 0.0004, 0.0019, 0.0095, 0.0201, 0.0278, 0.0298, 0.0344, 0.0459]
    values += [0.3240, 0.4262, 0.5719, 0.6528, 0.7590, 1.0]
    assert [p <= ALPHA for p in adjust_for_many(values)] == [True] * 4 + [False] * 11


@given(st.lists(st.floats(0, 1), max_size=20))
def test_adjusted_values_keep_their_order_and_are_no_smaller(values: list[float]) -> None:
    adjusted = adjust_for_many(values)
    assert all(after >= before for before, after in zip(values, adjusted, strict=True))
    ranked = [after for _, after in sorted(zip(values, adjusted, strict=True))]
    assert ranked == sorted(ranked)


def test_no_values_are_adjusted_to_none() -> None:
    assert adjust_for_many([]) == []


@given(st.lists(st.tuples(uneven, uneven), min_size=1, max_size=10))
def test_uneven_samples_are_counted_nearly_as_well(pairs: list[tuple[Counts, Counts]]) -> None:
    effect = compare_rates(pairs)
    assert effect is not None
    assert effect.p == pytest.approx(brute_p(pairs), abs=0.02)


@pytest.mark.parametrize("cases", [29, 100, 256, 400])
def test_uneven_samples_of_many_cases_take_no_longer(cases: int) -> None:
    rng = random.Random(cases)  # noqa: S311 - no secret
    sides = [
        [Counts(rng.randrange(n + 1), n) for n in (rng.randrange(3, 14), rng.randrange(3, 14))] for _ in range(cases)
    ]
    effect = compare_rates([(base, head) for base, head in sides])
    assert effect is not None
    assert 0 < effect.p <= 1


def test_interval_has_a_width_where_all_cases_differ_alike() -> None:
    effect = compare_rates([(Counts(5, 5), Counts(4, 5))] * 3)
    assert effect is not None
    assert effect.low < -0.2 < effect.high
    same = compare_rates([(Counts(5, 5), Counts(5, 5))] * 2)
    assert same is not None
    assert same.low < 0 < same.high


@given(counts, counts)
def test_one_sided_chance_is_no_larger_than_one_and_counts_what_was_seen(base: Counts, head: Counts) -> None:
    assert 0 < fisher_tail(base, head) <= 1


def test_one_sided_chance_of_a_clear_table() -> None:
    assert fisher_tail(Counts(5, 5), Counts(0, 5)) == pytest.approx(1 / 252)
    assert fisher_tail(Counts(3, 3), Counts(1, 3)) == pytest.approx(0.2)


def test_samples_that_are_needed_have_the_power_that_is_stated() -> None:
    rng = random.Random(1)  # noqa: S311 - no secret
    for rates in ((1.0, 0.5), (0.9, 0.6), (0.8, 0.3)):
        number = samples_needed(Counts(round(rates[0] * 100), 100), Counts(round(rates[1] * 100), 100), tests=1)
        assert number is not None
        draws = [
            [Counts(sum(rng.random() < rate for _ in range(number)), number) for rate in rates] for _ in range(400)
        ]
        assert sum(fisher_p(*pair) <= ALPHA for pair in draws) / 400 >= 0.74


def test_clear_drop_needs_few_samples_and_a_faint_one_many() -> None:
    assert samples_needed(Counts(5, 5), Counts(0, 5), tests=1) == 4
    faint = samples_needed(Counts(5, 5), Counts(4, 5), tests=1)
    assert faint is not None
    assert faint > 10
    assert samples_needed(Counts(4, 5), Counts(4, 5), tests=1) is None
