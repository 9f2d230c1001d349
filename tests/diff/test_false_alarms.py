"""How often chance alone is called a change, and how surely a real one is found, on agents with known pass rates."""

from __future__ import annotations

import random
from collections.abc import Callable, Sequence
from dataclasses import replace
from math import sqrt

import pytest

from kiwerk.diff.behaviour import Observed, compare_behaviour, find_candidates
from kiwerk.diff.statistics import ALPHA
from kiwerk.record.comparison import Behaviour, Sampled

CASES, REPEATS, REPETITIONS = 200, 5, 200
TAGS = ("termin", "notfall", "rezept", "auskunft", "storno")

pytestmark = pytest.mark.slow


def draw(rng: random.Random, rate: float) -> Sampled:
    passed = sum(rng.random() < rate for _ in range(REPEATS))
    return Sampled(passed=passed, failed=REPEATS - passed)


def compare(rng: random.Random, base: Sequence[float], head: Sequence[float]) -> Behaviour:
    """What is said after confirmation of agents that pass each case with these chances."""
    observed = [
        Observed(f"a/b#{n}", "a/b", tags=(TAGS[n % len(TAGS)],), base=draw(rng, before), head=draw(rng, after))
        for n, (before, after) in enumerate(zip(base, head, strict=True))
    ]
    numbers = {case.case: number for number, case in enumerate(observed)}
    for case in find_candidates(observed, REPEATS):
        number = numbers[case.case]
        observed[number] = replace(case, confirmed=(draw(rng, base[number]), draw(rng, head[number])))
    return compare_behaviour(observed)


def share(hits: int) -> tuple[float, float]:
    """Share of the repetitions, and three standard errors of the share that is stated."""
    return hits / REPETITIONS, 3 * sqrt(ALPHA * (1 - ALPHA) / REPETITIONS)


RATES: dict[str, Callable[[random.Random], float]] = {
    "all nearly perfect": lambda _: 0.98,
    "all coins": lambda _: 0.5,
    "a mixture": lambda rng: rng.choice((0.0, 0.5, 0.8, 0.95, 1.0)),
}


@pytest.mark.parametrize("kind", RATES)
def test_same_agent_twice_is_called_changed_no_more_often_than_stated(kind: str) -> None:
    rng = random.Random(kind)  # noqa: S311 - no secret
    whole = slices = cases = 0
    for _ in range(REPETITIONS):
        rates = [RATES[kind](rng) for _ in range(CASES)]
        found = compare(rng, rates, rates)
        whole += found.slices[0].verdict != "no-difference-shown"
        slices += any(item.verdict != "no-difference-shown" for item in found.slices[1:])
        cases += any(case.status in ("regressed", "improved") for case in found.cases)
    for hits in (whole, slices, cases):
        seen, error = share(hits)
        assert seen <= ALPHA + error


def test_drop_of_twenty_points_in_a_slice_is_found() -> None:
    rng = random.Random(20)  # noqa: S311 - no secret
    hits = 0
    for _ in range(REPETITIONS):
        base = [rng.choice((0.8, 0.9, 1.0)) for _ in range(CASES)]
        head = [rate - 0.2 if number % len(TAGS) == 1 else rate for number, rate in enumerate(base)]
        verdicts = {item.name: item.verdict for item in compare(rng, base, head).slices}
        hits += verdicts["tag:notfall"] == "lower"
    assert hits / REPETITIONS >= 0.95


def test_case_that_broke_is_called_regressed_among_two_hundred() -> None:
    rng = random.Random(5)  # noqa: S311 - no secret
    hits = 0
    for _ in range(REPETITIONS):
        base = [1.0, *(rng.choice((0.9, 0.95, 1.0)) for _ in range(CASES - 1))]
        found = compare(rng, base, [0.0, *base[1:]])
        hits += found.cases[0].status == "regressed"
    assert hits / REPETITIONS >= 0.9
