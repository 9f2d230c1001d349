"""From the conversations of an agent to its pass rate."""

from __future__ import annotations

from dataclasses import dataclass
from statistics import fmean
from typing import TYPE_CHECKING

from kiwerk.record import Status
from kiwerk.score.statistics import Interval, pass_rate_interval

if TYPE_CHECKING:
    from collections.abc import Iterable


@dataclass(frozen=True, slots=True)
class CaseRate:
    """How often one case passed."""

    case: str
    """`suite#case`."""
    passed: int
    failed: int
    errored: int
    """Conversations that could not be judged; they are in no rate."""

    @property
    def scored(self) -> int:
        """Number of conversations that were judged."""
        return self.passed + self.failed

    @property
    def rate(self) -> float | None:
        """Share of the judged conversations that passed, 0 to 1; None where none was judged."""
        return self.passed / self.scored if self.scored else None


@dataclass(frozen=True, slots=True)
class PassRate:
    """How good an agent is on average: the mean of its cases' pass rates."""

    rate: float
    """0 to 1."""
    interval: Interval
    """95 %, with the case as its unit."""
    cases: int
    """Cases with at least one judged conversation."""


def count_cases(samples: Iterable[tuple[str, Status]]) -> tuple[CaseRate, ...]:
    """The conversations counted by case, in the order in which the cases first appear.

    Args:
        samples: case and status of each conversation; what was skipped or only measured counts nowhere.
    """
    counts: dict[str, dict[Status, int]] = {}
    for case, status in samples:
        of_case = counts.setdefault(case, dict.fromkeys(Status, 0))
        of_case[status] += 1
    return tuple(
        CaseRate(case, of_case[Status.PASSED], of_case[Status.FAILED], of_case[Status.ERRORED])
        for case, of_case in counts.items()
    )


def average_pass_rate(cases: Iterable[CaseRate]) -> PassRate | None:
    """Mean of the cases' pass rates with its interval, each case counting once; None where no case was judged."""
    rates = [case.rate for case in cases if case.rate is not None]
    if not rates:
        return None
    rate = fmean(rates)
    return PassRate(rate, pass_rate_interval(rate, len(rates)), len(rates))
