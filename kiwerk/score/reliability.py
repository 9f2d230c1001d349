"""From an agent's samples to what one can rely on: pass rate, pass^k, pass@k, and the cases that are flaky."""

from __future__ import annotations

from statistics import fmean
from typing import TYPE_CHECKING

from kiwerk.record import FlakyCase, Reliability
from kiwerk.score.aggregate import average_pass_rate, count_cases
from kiwerk.score.statistics import pass_at_k, pass_hat_k

if TYPE_CHECKING:
    from collections.abc import Iterable

    from kiwerk.record import Status


def measure_reliability(agent: str, samples: Iterable[tuple[str, Status]], *, stopped: bool = False) -> Reliability:
    """An agent's figures; what could not be judged is in none of them.

    Args:
        agent: its id.
        samples: case and status of each conversation with a model.
        stopped: whether sampling ended once the verdict was certain: what was sampled by then is no fair picture, so
            that no rate is stated.
    """
    counted = count_cases(samples)
    judged = [case for case in counted if case.scored]
    rate = None if stopped else average_pass_rate(judged)
    # a case that was never judged has no repeats, and is not left out of "every case"
    repeats = min((case.scored for case in counted), default=0)
    draws = () if stopped else tuple(range(1, repeats + 1))
    return Reliability(
        agent=agent,
        cases=len(judged),
        samples=sum(case.scored for case in judged),
        repeats=repeats,
        pass_rate=rate.rate if rate else None,
        low=rate.interval.low if rate else None,
        high=rate.interval.high if rate else None,
        pass_hat_k=tuple(fmean(pass_hat_k(case.passed, case.scored, k) for case in judged) for k in draws),
        pass_at_k=tuple(fmean(pass_at_k(case.passed, case.scored, k) for case in judged) for k in draws),
        flaky=tuple(
            FlakyCase(case=case.case, passed=case.passed, failed=case.failed)
            for case in judged
            if case.passed and case.failed
        ),
    )
