"""What a number of conversations can show."""

from __future__ import annotations

from dataclasses import dataclass
from math import comb, sqrt
from statistics import NormalDist

_Z = NormalDist().inv_cdf(0.975)
"""Two-sided 95 %."""


@dataclass(frozen=True, slots=True)
class Interval:
    """A range of fractions, 0 to 1."""

    low: float
    high: float


def pass_rate_interval(rate: float, cases: int) -> Interval:
    """Interval likely to contain the agent's true pass rate, as fractions 0 to 1.

    Wilson score interval at 95 % (Wilson 1927) with the case as its unit: repeats of one case are not
    independent evidence. Cases that could not be scored are not in `cases`.

    Raises:
        ValueError: `cases` is 0, or `rate` lies outside 0 to 1.
    """
    if cases < 1:
        message = f"an interval needs at least one case, not {cases}"
        raise ValueError(message)
    if not 0 <= rate <= 1:
        message = f"a pass rate lies between 0 and 1, not {rate}"
        raise ValueError(message)
    weight = _Z**2 / cases
    centre = (rate + weight / 2) / (1 + weight)
    half = sqrt(rate * (1 - rate) * weight + weight**2 / 4) / (1 + weight)
    return Interval(max(0.0, centre - half), min(1.0, centre + half))


def pass_hat_k(successes: int, samples: int, k: int) -> float:
    """Chance that k conversations of one case all pass, from 0 to 1.

    The unbiased estimator C(c, k) / C(n, k) (Yao et al. 2024, pass^k): of all ways to draw k of the samples, the share
    in which each passed.

    Raises:
        ValueError: fewer than k samples, k below 1, or more successes than samples.
    """
    if not 0 <= successes <= samples:
        message = f"{successes} of {samples} samples cannot have passed"
        raise ValueError(message)
    if not 1 <= k <= samples:
        message = f"pass^{k} needs at least {max(k, 1)} samples, not {samples}"
        raise ValueError(message)
    return comb(successes, k) / comb(samples, k)
