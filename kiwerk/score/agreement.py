"""Agreement of a judge with people, and of people with each other, over two classes."""

from __future__ import annotations

from collections import Counter
from itertools import combinations
from math import sqrt
from statistics import NormalDist
from typing import TYPE_CHECKING

from kiwerk.record.calibration import ClassAgreement, Kappa, LabellerPair
from kiwerk.score.statistics import pass_rate_interval

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

_Z = NormalDist().inv_cdf(0.975)
"""Two-sided 95 %."""


def measure_kappa(pairs: Iterable[tuple[str, str]]) -> Kappa:
    """Cohen's kappa of two who each put the same things into classes, with its 95 % interval.

    (p_o - p_e) / (1 - p_e), with p_e the agreement to be expected if both kept their habits and looked at nothing
    (Cohen 1960). The interval is kappa plus and minus 1.96 standard errors of large samples (Fleiss, Cohen and
    Everitt 1969, equation 13), cut to -1 to 1.

    Args:
        pairs: the class that each of the two chose, thing by thing.
    """
    counts = Counter(pairs)
    n = counts.total()
    if n == 0:
        return Kappa(n=0, note="nothing was judged by both")
    first, second = _margins(counts, n)
    names = sorted(first)
    observed = sum(counts[name, name] for name in names) / n
    if len(names) == 1:
        return Kappa(n=n, agreement=observed, note=f"not defined: both say {names[0]} every time")
    expected = sum(first[name] * second[name] for name in names)
    value = (observed - expected) / (1 - expected)
    error = _standard_error(counts, n, observed, expected)
    if error == 0:
        note = "no interval: without a disagreement the standard error is 0 however few there were"
        return Kappa(n=n, agreement=observed, value=value, note=note)
    return Kappa(
        n=n,
        agreement=observed,
        value=value,
        standard_error=error,
        low=max(-1.0, value - _Z * error),
        high=min(1.0, value + _Z * error),
    )


def measure_classes(table: Mapping[str, Mapping[str, int]]) -> tuple[ClassAgreement, ...]:
    """Of each class of the first, the share in which the second says the same, with Wilson's interval at 95 %.

    Args:
        table: counts by class of the first, then of the second.
    """
    found = []
    for name, row in table.items():
        n, agreed = sum(row.values()), row.get(name, 0)
        if n == 0:
            found.append(ClassAgreement(name=name, n=0, agreed=0))
            continue
        interval = pass_rate_interval(agreed / n, n)
        found.append(
            ClassAgreement(name=name, n=n, agreed=agreed, share=agreed / n, low=interval.low, high=interval.high)
        )
    return tuple(found)


def compare_people(answers: Mapping[str, Mapping[str, str]]) -> tuple[LabellerPair, ...]:
    """Kappa of every two people who have judged some of the same things.

    Args:
        answers: by person, the class of each thing.
    """
    pairs = []
    for first, second in combinations(sorted(answers), 2):
        common = sorted(answers[first].keys() & answers[second].keys())
        if common:
            kappa = measure_kappa((answers[first][thing], answers[second][thing]) for thing in common)
            pairs.append(LabellerPair(first=first, second=second, kappa=kappa))
    return tuple(pairs)


def find_majority(answers: Sequence[str]) -> str | None:
    """The class that more people chose than any other; None where several were chosen as often."""
    ranked = Counter(answers).most_common(2)
    if not ranked or (len(ranked) > 1 and ranked[0][1] == ranked[1][1]):
        return None
    return ranked[0][0]


def _margins(counts: Mapping[tuple[str, str], int], n: int) -> tuple[dict[str, float], dict[str, float]]:
    """Shares in which each of the two chose each class, 0 included."""
    names = {name for pair in counts for name in pair}
    first = {name: sum(number for pair, number in counts.items() if pair[0] == name) / n for name in names}
    second = {name: sum(number for pair, number in counts.items() if pair[1] == name) / n for name in names}
    return first, second


def _standard_error(counts: Mapping[tuple[str, str], int], n: int, observed: float, expected: float) -> float:
    first, second = _margins(counts, n)
    agreeing = sum(
        counts.get((name, name), 0) / n * ((1 - expected) - (first[name] + second[name]) * (1 - observed)) ** 2
        for name in first
    )
    differing = (1 - observed) ** 2 * sum(
        number / n * (second[one] + first[other]) ** 2 for (one, other), number in counts.items() if one != other
    )
    rest = (observed * expected - 2 * expected + observed) ** 2
    # rounding may leave a hair below zero
    return sqrt(max(agreeing + differing - rest, 0.0) / n) / (1 - expected) ** 2
