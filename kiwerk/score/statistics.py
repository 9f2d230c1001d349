"""What a number of conversations can show."""

from __future__ import annotations

from dataclasses import dataclass
from math import ceil, comb, exp, log, sqrt
from statistics import NormalDist

_Z = NormalDist().inv_cdf(0.975)
"""Two-sided 95 %."""
_ROUNDING = 1e-9


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
    _check_draw(successes, samples, k)
    return comb(successes, k) / comb(samples, k)


def pass_at_k(successes: int, samples: int, k: int) -> float:
    """Chance that of k conversations of one case at least one passes, from 0 to 1.

    The unbiased estimator 1 - C(n - c, k) / C(n, k) (Chen et al. 2021, pass@k). It says what an agent is capable of;
    what a caller can rely on, `pass_hat_k` says.

    Raises:
        ValueError: fewer than k samples, k below 1, or more successes than samples.
    """
    _check_draw(successes, samples, k)
    return 1 - comb(samples - successes, k) / comb(samples, k)


def repeats_to_notice(failure_rate: float, confidence: float = 0.95) -> int:
    """Number of repeats of one case in which a failure shows at least once, with this confidence.

    Args:
        failure_rate: share of all conversations of the case that fail, above 0, up to 1.
        confidence: between 0 and 1.

    Raises:
        ValueError: one of them lies outside.
    """
    if not (0 < failure_rate <= 1 and 0 < confidence < 1):
        raise ValueError(f"no number of repeats shows {failure_rate} with confidence {confidence}")
    return 1 if failure_rate == 1 else max(1, ceil(log(1 - confidence) / log(1 - failure_rate) - _ROUNDING))


def noticed_failure_rate(repeats: int, confidence: float = 0.95) -> float:
    """Smallest failure rate of one case that shows at least once in its repeats with this confidence, 0 to 1.

    Raises:
        ValueError: there is no repeat, or the confidence is not between 0 and 1.
    """
    if repeats < 1 or not 0 < confidence < 1:
        raise ValueError(f"{repeats} repeats show nothing with confidence {confidence}")
    return 1 - exp(log(1 - confidence) / repeats)


def _check_draw(successes: int, samples: int, k: int) -> None:
    if not 0 <= successes <= samples:
        message = f"{successes} of {samples} samples cannot have passed"
        raise ValueError(message)
    if not 1 <= k <= samples:
        message = f"a draw of {k} needs at least {max(k, 1)} samples, not {samples}"
        raise ValueError(message)
