from __future__ import annotations

import random

import pytest

from kiwerk.diff.behaviour import Observed, compare_behaviour, count_missing, find_candidates
from kiwerk.record.comparison import Sampled


def side(passed: int, judged: int, errored: int = 0) -> Sampled:
    return Sampled(passed=passed, failed=judged - passed, errored=errored)


def one(**about: object) -> Observed:
    return Observed("praxis/empfang#fall", "praxis/empfang", **about)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("case", "status"),
    [
        (one(head=side(3, 3)), "new"),
        (one(base=side(3, 3)), "removed"),
        (one(base=side(3, 3), head=side(3, 3), not_comparable="the user says something else"), "not-comparable"),
        (one(base=side(3, 3), head=side(0, 0, 3)), "errored"),
        (one(base=side(3, 3), head=side(0, 0)), "not-sampled"),
        (one(base=side(3, 3), head=side(5, 5)), "unchanged"),
        (one(base=side(0, 3), head=side(0, 3)), "unchanged"),
        (one(base=side(1, 3), head=side(1, 3)), "flaky"),
        (one(base=side(3, 3), head=side(0, 3)), "undecided"),
        (one(base=side(3, 3), head=side(0, 3), confirmed=(side(5, 5), side(0, 5))), "regressed"),
        (one(base=side(0, 3), head=side(3, 3), confirmed=(side(0, 5), side(5, 5))), "improved"),
        (one(base=side(3, 3), head=side(1, 3), confirmed=(side(4, 5), side(3, 5))), "flaky"),
        (one(base=side(3, 3), head=side(1, 3), confirmed=(side(5, 5), side(5, 5))), "unchanged"),
        (one(base=side(3, 3), head=side(1, 3), confirmed=(side(5, 5), side(3, 5))), "undecided"),
        (one(base=side(5, 5), head=side(4, 5)), "flaky"),
        (one(base=side(3, 3), head=side(1, 3)), "undecided"),
        (one(base=side(3, 3), head=side(1, 3), confirmed=(side(5, 5), side(0, 0, 5))), "undecided"),
    ],
)
def test_status_of_a_case_follows_from_its_samples(case: Observed, status: str) -> None:
    [found] = compare_behaviour([case]).cases
    assert found.status == status


def test_case_that_looks_changed_is_a_candidate_until_it_is_confirmed() -> None:
    seen = one(base=side(3, 3), head=side(0, 3))
    assert find_candidates([seen], 5) == (seen,)
    confirmed = one(base=side(3, 3), head=side(0, 3), confirmed=(side(5, 5), side(0, 4)))
    assert find_candidates([confirmed], 4) == ()
    assert find_candidates([confirmed], 5) == (confirmed,)
    assert count_missing(confirmed, 5) == 1


def test_head_that_began_to_fail_is_not_called_flaky_on_both_sides() -> None:
    [found] = compare_behaviour([one(base=side(5, 5), head=side(4, 5))]).cases
    assert found.reason == "it passes sometimes at head, and whether less often than at base cannot be told"
    assert found.needs is not None


def test_undecided_case_says_how_many_samples_would_decide() -> None:
    [found] = compare_behaviour([one(base=side(3, 3), head=side(0, 3))]).cases
    assert found.needs == 4


def test_many_confirmations_are_adjusted_for_one_another() -> None:
    cases = [
        Observed(f"a/b#{number}", "a/b", base=side(3, 3), head=side(1, 3), confirmed=(side(5, 5), side(2, 5)))
        for number in range(20)
    ]
    alone, together = compare_behaviour(cases[:1]).cases[0], compare_behaviour(cases).cases[0]
    assert alone.p is not None
    assert together.p is not None
    assert together.p >= alone.p


def test_whole_is_lower_where_many_cases_drop_a_little() -> None:
    cases = [Observed(f"a/b#{number}", "a/b", base=side(5, 5), head=side(4, 5)) for number in range(12)]
    [whole] = compare_behaviour(cases).slices
    assert whole.name == "all"
    assert whole.verdict == "lower"
    assert whole.difference == pytest.approx(-0.2)


def test_slice_that_drops_is_found_among_those_that_do_not() -> None:
    rng = random.Random(3)  # noqa: S311 - no secret
    dropped = [Observed(f"a/x#{n}", "a/x", tags=("notfall",), base=side(5, 5), head=side(2, 5)) for n in range(10)]
    others = [
        Observed(
            f"a/y#{n}", "a/y", tags=("termin",), base=side(rng.choice((4, 5)), 5), head=side(rng.choice((4, 5)), 5)
        )
        for n in range(60)
    ]
    verdicts = {found.name: found.verdict for found in compare_behaviour([*dropped, *others]).slices}
    assert verdicts["tag:notfall"] == "lower"
    assert verdicts["tag:termin"] == "no-difference-shown"


def test_nothing_to_compare_has_no_slice() -> None:
    assert compare_behaviour([one(head=side(3, 3))]).slices == ()


def test_pass_rates_are_counted_on_both_sides_with_never_and_always_by_themselves() -> None:
    cases = [
        Observed("a/b#1", "a/b", base=side(4, 4), head=side(0, 4)),
        Observed("a/b#2", "a/b", base=side(1, 4), head=side(3, 4)),
        Observed("a/b#3", "a/b", base=side(9, 10), head=side(10, 10)),
        Observed("a/b#4", "a/b", head=side(1, 1)),
    ]
    counted = [(item.base, item.head) for item in compare_behaviour(cases).rates]
    assert counted == [(0, 1), (1, 0), (0, 0), (0, 1), (1, 0), (1, 1)]
