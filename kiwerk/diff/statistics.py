"""Whether two versions differ by more than chance: tests that may refuse a person's work."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from itertools import count
from math import asin, ceil, comb, erfc, gcd, lcm, sqrt
from statistics import NormalDist, fmean, stdev
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

ALPHA = 0.05
"""Share of false alarms among alarms (per case) and of whole comparisons (per slice) that is put up with."""

_MOST_EXACT = 256
"""Differing cases up to which the permutation distribution is counted out; for more it is as good as normal."""
_FEW = 30
"""Differing cases from which the distribution is near to normal, where counting it out would take too long."""
_MOST_BITS = 1 << 25
"""Of the number by which it is counted: four megabytes."""
_GRID = 1_000
"""Steps into which the largest difference is divided, where rates have no small common unit."""
_POWER = 0.8
_NEGLIGIBLE = 1e-6
"""Chance of a table below which it is not looked at."""

_T_975 = (12.706, 4.303, 3.182, 2.776, 2.571, 2.447, 2.365, 2.306, 2.262, 2.228)
"""Two-sided 95 % quantiles of Student's t for 1 to 10 degrees of freedom."""


@dataclass(frozen=True, slots=True)
class Counts:
    """How often one case passed on one side."""

    passed: int
    judged: int

    @property
    def rate(self) -> float:
        """Share that passed, 0 to 1; a side without judged samples has none."""
        return self.passed / self.judged


@dataclass(frozen=True, slots=True)
class Effect:
    """How far apart the pass rates of two versions are."""

    difference: float
    """Mean over the cases of head's rate less base's, -1 to 1."""
    low: float
    high: float
    """95 % interval of the mean difference, with the case as its unit (Student's t)."""
    p: float
    """Two-sided chance of a difference at least as large among cases whose sides are exchanged by lot."""
    cases: int


def compare_rates(pairs: Sequence[tuple[Counts, Counts]]) -> Effect | None:
    """The difference between base and head over paired cases; None where there is no pair.

    A paired permutation test (Fisher 1935) with the case as its unit: under the hypothesis that nothing changed, base
    and head of each case may be exchanged. Exact up to 256 cases that differ, normal with the same variance above, and
    from 30 on where samples are so uneven that rates have no small common unit.
    """
    if not pairs:
        return None
    differences = [head.rate - base.rate for base, head in pairs]
    mean = fmean(differences)
    between = stdev(differences) ** 2 if len(pairs) > 1 else 0.0
    error = sqrt(max(between, fmean(_noise(base) + _noise(head) for base, head in pairs)) / len(pairs))
    half = _quantile(max(1, len(pairs) - 1)) * error
    return Effect(mean, max(-1.0, mean - half), min(1.0, mean + half), _permutation_p(pairs), len(pairs))


def _noise(side: Counts) -> float:
    """Variance of a rate by its own few samples: what is left where all cases happen to differ alike.

    With the rate shrunk to a half by two successes and two failures (Agresti and Coull 1998), since 5 of 5 is not sure.
    """
    rate = (side.passed + 2) / (side.judged + 4)
    return rate * (1 - rate) / side.judged


def _permutation_p(pairs: Sequence[tuple[Counts, Counts]]) -> float:
    """Exact where the counting is bounded; else by the normal approximation, or for few cases on a grid of rates."""
    unit = lcm(*(base.judged * head.judged for base, head in pairs))
    steps = [head.passed * (unit // head.judged) - base.passed * (unit // base.judged) for base, head in pairs]
    if not any(steps):
        return 1.0
    divisor = gcd(*steps)
    steps = [step // divisor for step in steps if step]
    if len(steps) > _MOST_EXACT or (len(steps) > _FEW and _bits(steps) > _MOST_BITS):
        return erfc(abs(sum(steps)) / sqrt(2 * sum(step * step for step in steps)))
    if _bits(steps) > _MOST_BITS:
        largest = max(map(abs, steps))
        steps = [round(step * _GRID / largest) for step in steps]
    return _count_exactly([abs(step) for step in steps], abs(sum(steps)))


def _bits(steps: Sequence[int]) -> int:
    return 2 * sum(map(abs, steps)) * len(steps)


def _count_exactly(steps: Sequence[int], total: int) -> float:
    """Share of all ways to give each step a sign whose sum is at least `total` away from 0.

    The counts by sum are the digits of one large number, each of so many bytes that no count overflows: a step shifts
    it and adds it to itself.
    """
    size = len(steps) // 8 + 1
    ways = 1
    for step in steps:
        ways += ways << (2 * step * size * 8)
    most = sum(steps)
    digits = ways.to_bytes((most + 1) * 2 * size, "little")
    far = sum(
        # digit number `2 * place` counts the ways to the sum `2 * place - most`
        int.from_bytes(digits[2 * place * size : (2 * place + 1) * size], "little")
        for place in range(most + 1)
        if abs(2 * place - most) >= total
    )
    return far / (1 << len(steps))


def _quantile(freedom: int) -> float:
    """95 % two-sided quantile of Student's t; beyond ten degrees of freedom by Cornish and Fisher's expansion."""
    if freedom <= len(_T_975):
        return _T_975[freedom - 1]
    z = 1.959964
    return z + (z**3 + z) / (4 * freedom) + (5 * z**5 + 16 * z**3 + 3 * z) / (96 * freedom**2)


def fisher_p(base: Counts, head: Counts) -> float:
    """Two-sided chance of a table at least as unlikely as this one, if both sides pass equally often.

    Fisher's exact test (Fisher 1922), two-sided by summing the tables that are no more likely.
    """
    passed, judged = base.passed + head.passed, base.judged + head.judged
    every = comb(judged, passed)
    ways = [
        comb(base.judged, number) * comb(head.judged, passed - number)
        for number in range(max(0, passed - head.judged), min(base.judged, passed) + 1)
    ]
    observed = comb(base.judged, base.passed) * comb(head.judged, head.passed)
    return sum(way for way in ways if way <= observed) / every


def adjust_for_many(values: Sequence[float]) -> list[float]:
    """The p-values as they count among one another: at most `ALPHA` bounds the share of false alarms.

    Benjamini and Hochberg 1995, in the order given.
    """
    order = sorted(range(len(values)), key=lambda index: values[index], reverse=True)
    adjusted, least = [1.0] * len(values), 1.0
    for rank, index in zip(range(len(values), 0, -1), order, strict=True):
        least = min(least, values[index] * (len(values) / rank))
        adjusted[index] = least
    return adjusted


def fisher_tail(base: Counts, head: Counts) -> float:
    """One-sided chance of a difference at least as large in the direction seen, if both sides pass equally often."""
    passed, judged = base.passed + head.passed, base.judged + head.judged
    lowest, highest = max(0, passed - head.judged), min(base.judged, passed)
    is_lower = head.rate < base.rate
    tail = range(base.passed, highest + 1) if is_lower else range(lowest, base.passed + 1)
    return sum(comb(base.judged, number) * comb(head.judged, passed - number) for number in tail) / comb(judged, passed)


# many cases have the same few counts
@lru_cache(maxsize=4096)
def samples_needed(base: Counts, head: Counts, tests: int, most: int = 500) -> int | None:
    """Samples a side that tell rates like these apart four times out of five; None where more than `most` would be.

    By the arcsine formula with the continuity correction of Casagrande, Pike and Smith (1978), which comes near to the
    power of Fisher's exact test; up to 30 that power itself is added up, since it is not smooth there.

    Args:
        base: what was seen at base.
        head: what was seen at head.
        tests: number of cases that are tested together; the smallest p-value must then be below `ALPHA / tests`.
        most: beyond this nobody waits.
    """
    if base.rate == head.rate:
        return None
    level = ALPHA / tests
    apart = abs(base.rate - head.rate)
    angle = 2 * abs(asin(sqrt(base.rate)) - asin(sqrt(head.rate)))
    normal = NormalDist()
    plain = 2 * ((normal.inv_cdf(1 - level / 2) + normal.inv_cdf(_POWER)) / angle) ** 2
    corrected = plain / 4 * (1 + sqrt(1 + 4 / (plain * apart))) ** 2
    least = next(number for number in count(1) if fisher_p(Counts(number, number), Counts(0, number)) <= level)
    needed = max(least, ceil(corrected))
    while needed <= _FEW and _power(base.rate, head.rate, needed, level) < _POWER:
        needed += 1
    return needed if needed <= most else None


def _power(base: float, head: float, number: int, level: float) -> float:
    """Chance that Fisher's exact test tells two rates apart by so many samples a side."""
    chances = [
        [comb(number, passed) * rate**passed * (1 - rate) ** (number - passed) for passed in range(number + 1)]
        for rate in (base, head)
    ]
    return sum(
        before * after
        for old, before in enumerate(chances[0])
        for new, after in enumerate(chances[1])
        if before * after > _NEGLIGIBLE and fisher_p(Counts(old, number), Counts(new, number)) <= level
    )
