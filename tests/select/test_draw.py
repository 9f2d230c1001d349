from __future__ import annotations

from collections import Counter

from hypothesis import given
from hypothesis import strategies as st

from kiwerk.select.draw import Lot, draw_cases, find_seed

STRATA = st.tuples(st.sampled_from(["a/x", "a/y"]), st.sampled_from(["p", "q", ""]))
LOTS = st.lists(STRATA, max_size=40).map(
    lambda strata: [Lot(f"s#{number}", stratum, f"content-{number}") for number, stratum in enumerate(strata)]
)


@given(LOTS, st.integers(0, 50), st.integers(0, 9))
def test_draw_has_as_many_as_asked_each_once(lots: list[Lot], number: int, seed: int) -> None:
    drawn = draw_cases(lots, number, seed)
    assert len(drawn) == len(set(drawn)) == min(number, len(lots))


@given(LOTS, st.randoms(), st.integers(0, 50))
def test_draw_does_not_depend_on_the_order_of_cases(lots: list[Lot], random: object, number: int) -> None:
    shuffled = lots.copy()
    random.shuffle(shuffled)  # type: ignore[attr-defined] # what hypothesis hands out
    assert find_seed(shuffled) == find_seed(lots)
    assert draw_cases(shuffled, number, 7) == draw_cases(lots, number, 7)


@given(LOTS, st.integers(0, 50), st.integers(0, 9))
def test_larger_draw_begins_with_the_smaller_one(lots: list[Lot], number: int, seed: int) -> None:
    assert draw_cases(lots, number + 1, seed)[:number] == draw_cases(lots, number, seed)


@given(LOTS, st.integers(0, 9))
def test_every_stratum_is_drawn_before_any_is_drawn_twice(lots: list[Lot], seed: int) -> None:
    strata = {lot.case: lot.stratum for lot in lots}
    drawn = draw_cases(lots, len(set(strata.values())), seed)
    assert Counter(strata[case] for case in drawn) == Counter(set(strata.values()))


def test_strata_are_drawn_from_in_proportion() -> None:
    sizes = {("a/x", "p"): 60, ("a/x", "q"): 30, ("a/y", ""): 10}
    lots = [
        Lot(f"{stratum}{number}", stratum, f"{stratum}{number}")
        for stratum, size in sizes.items()
        for number in range(size)
    ]
    strata = {lot.case: lot.stratum for lot in lots}
    counted = Counter(strata[case] for case in draw_cases(lots, 20, 3))
    assert [counted[stratum] for stratum in sizes] == [12, 6, 2]


def test_other_contents_draw_another_sample() -> None:
    lots = [Lot(f"s#{number}", ("a/x", ""), f"one-{number}") for number in range(40)]
    others = [Lot(lot.case, lot.stratum, f"two-{lot.case}") for lot in lots]
    assert find_seed(lots) != find_seed(others)
    assert draw_cases(lots, 10, find_seed(lots)) != draw_cases(others, 10, find_seed(others))
    assert find_seed(lots) < 2**53
