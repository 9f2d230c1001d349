"""Terms: whose answers a policy counts and how old they may be, for the agent, the simulated user and the judges."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

from kiwerk.language.phrase import join_names
from kiwerk.record import Status

if TYPE_CHECKING:
    from datetime import datetime

    from kiwerk.gate.today import ExpectedCase
    from kiwerk.record import Calibration, SampleScore

USER_ERRORS = "in which the simulated user erred"

CLOCK_SKEW = timedelta(minutes=5)
"""How far another machine's clock may run ahead: a sample from later than that is not from before now."""

_UNKNOWN = "an unknown provider"


@dataclass(frozen=True, slots=True)
class Terms:
    """What rules demand of the samples of one case."""

    providers: frozenset[str] | None = None
    """Who may have answered, known by the host; None where no rule in force says."""
    max_age: timedelta | None = None
    """The shortest age that any of them allows."""


def find_reason_against(sample: SampleScore, case: ExpectedCase | None, terms: Terms, now: datetime) -> str | None:
    """Why a sample does not count; None when it does.

    Whose the sample itself is, a rule says: here it is who played its user, and who judged it.
    """
    if case is None:
        return "of cases that are not there today"
    if sample.stimulus != case.stimulus:
        return "of another situation than today's"
    if sample.oracle != case.oracle:
        return "judged by other expectations than today's"
    return _find_user_problem(sample, case, terms) or (
        find_age_problem(sample.sampled, terms.max_age, now) or _find_vote_problem(sample, case, terms, now)
    )


def is_trusted(calibration: Calibration, terms: Terms) -> bool:
    """Whether all votes that people's answers were compared with are of those who count."""
    voters = calibration.voters or ((_UNKNOWN,) if calibration.compared else ())
    return not _find_strangers(voters, terms)


def find_age_problem(moment: datetime, max_age: timedelta | None, now: datetime) -> str | None:
    """Why a moment is none at which something that counts was said; None when it is."""
    if moment.tzinfo is None:
        return "without a time zone"
    if moment > now + CLOCK_SKEW:
        return "from the future"
    return "too old" if max_age is not None and now - moment > max_age else None


def _find_user_problem(sample: SampleScore, case: ExpectedCase, terms: Terms) -> str | None:
    player = sample.user or (_UNKNOWN if case.is_simulated else None)
    if player is not None and (strangers := _find_strangers((player,), terms)):
        return f"with a user played by {strangers}"
    return USER_ERRORS if sample.fault == "user" else None


def _find_vote_problem(sample: SampleScore, case: ExpectedCase, terms: Terms, now: datetime) -> str | None:
    # what failed without a vote failed by itself
    voters = sample.voters or ((_UNKNOWN,) if case.judges and sample.status is Status.PASSED else ())
    if strangers := _find_strangers(voters, terms):
        return f"judged by votes of {strangers}"
    problem = find_age_problem(sample.voted, terms.max_age, now) if sample.voted else None
    return f"judged by votes that are {problem}" if problem else None


def _find_strangers(providers: tuple[str, ...], terms: Terms) -> str | None:
    """Those who do not count, and who does."""
    if terms.providers is None:
        return None
    strangers = [name for name in providers if name not in terms.providers]
    if not strangers:
        return None
    return f"{join_names(strangers)} ({' or '.join(sorted(terms.providers)) or 'nobody'} demanded)"
