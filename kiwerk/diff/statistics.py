"""Whether two versions differ by more than chance: tests that may refuse a person's work."""

from __future__ import annotations

from dataclasses import dataclass
from math import comb, erfc, gcd, lcm, sqrt
from statistics import fmean, stdev
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

ALPHA = 0.05
"""Share of false alarms among alarms (per case) and of whole comparisons (per slice) that is put up with."""

_MOST_EXACT = 256
"""Differing cases up to which the permutation distribution is counted out; for more it is as good as normal."""

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
    and head of each case may be exchanged. Exact up to 256 cases that differ, normal with the same variance above.
    """
    if not pairs:
        return None
    differences = [head.rate - base.rate for base, head in pairs]
    mean = fmean(differences)
    half = _quantile(len(pairs) - 1) * stdev(differences) / sqrt(len(pairs)) if len(pairs) > 1 else 1.0
    return Effect(mean, max(-1.0, mean - half), min(1.0, mean + half), _permutation_p(pairs), len(pairs))


def _permutation_p(pairs: Sequence[tuple[Counts, Counts]]) -> float:
    unit = lcm(*(base.judged * head.judged for base, head in pairs))
    steps = [head.passed * (unit // head.judged) - base.passed * (unit // base.judged) for base, head in pairs]
    steps = [step for step in steps if step]
    if not steps:
        return 1.0
    total = abs(sum(steps))
    if len(steps) > _MOST_EXACT:
        return erfc(total / sqrt(2 * sum(step * step for step in steps)))
    return _count_exactly([abs(step) for step in steps], total)


def _count_exactly(steps: Sequence[int], total: int) -> float:
    """Share of all ways to give each step a sign whose sum is at least `total` away from 0.

    The counts by sum are the digits of one large number: a step shifts it and adds it to itself.
    """
    divisor = gcd(*steps)
    steps = [step // divisor for step in steps]
    total //= divisor
    width = len(steps) + 1
    ways = 1
    for step in steps:
        ways += ways << (2 * step * width)
    mask = (1 << width) - 1
    most = sum(steps)
    # digit number `place` counts the ways to the sum `2 * place - most`
    far = sum((ways >> (2 * place * width)) & mask for place in range(most + 1) if abs(2 * place - most) >= total)
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


def samples_needed(base: Counts, head: Counts, tests: int, most: int = 200) -> int | None:
    """Samples a side at which rates like these would be told apart; None where more than `most` would be needed.

    Args:
        base: what was seen at base.
        head: what was seen at head.
        tests: number of cases that are tested together; the smallest p-value must then be below `ALPHA / tests`.
        most: beyond this nobody waits.
    """
    if base.rate == head.rate:
        return None
    for number in range(1, most + 1):
        expected = [Counts(round(side.rate * number), number) for side in (base, head)]
        if fisher_p(*expected) <= ALPHA / tests:
            return number
    return None
