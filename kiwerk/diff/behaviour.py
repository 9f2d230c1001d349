"""How cases went at base and at head: what chance explains, what must be sampled again, what was confirmed.

The whole and each slice are compared by a paired permutation test with the case as its unit. A single case is first
only screened; what looks changed is sampled afresh, base and head in turns, and those samples alone are tested, so
that looking at many cases makes no false alarms.
"""

from __future__ import annotations

from dataclasses import dataclass
from statistics import fmean
from typing import TYPE_CHECKING

from kiwerk.diff.statistics import ALPHA, Counts, adjust_for_many, compare_rates, fisher_p, fisher_tail, samples_needed
from kiwerk.record.comparison import Behaviour, CaseChange, RateCount, Sampled, SliceChange

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from kiwerk.record.comparison import CaseStatus, SideBySide

SCREENED = 0.2
"""One-sided chance of a difference up to which a case is sampled afresh. What is more likely is noise: were all of it
tested, the adjustment for so many tests would hide the case that really broke."""
_RATES = ((0.0, 0.0), (0.0, 0.25), (0.25, 0.5), (0.5, 0.75), (0.75, 1.0), (1.0, 1.0))
_FEWEST_IN_SLICE = 5
"""Of fewer differing cases no permutation test can say anything: with five the smallest p-value is 1/16."""


@dataclass(frozen=True, slots=True)
class Observed:
    """One case with what was sampled of it."""

    case: str
    agent: str
    tags: tuple[str, ...] = ()
    process: str | None = None
    base: Sampled | None = None
    """Absent where the case is new."""
    head: Sampled | None = None
    """Absent where the case is gone."""
    confirmed: tuple[Sampled, Sampled] | None = None
    """Fresh samples of base and head, taken in turns."""
    is_same: bool = False
    """Whether both sides ship and meet the same, so that they share their samples."""
    not_comparable: str | None = None
    """Why the two sides cannot be compared: what the agent meets is another situation."""
    shown: SideBySide | None = None
    """Two conversations to look at."""


def compare_behaviour(observed: Sequence[Observed]) -> Behaviour:
    """What became of every case, of the whole and of its slices."""
    tested = [
        case for case in observed if _screen(case) == "changed" and case.confirmed and _is_judged(*case.confirmed)
    ]
    values = adjust_for_many([fisher_p(*map(_counts, case.confirmed or ())) for case in tested])
    p_of = dict(zip((case.case for case in tested), values, strict=True))
    cases = tuple(_describe(case, p_of.get(case.case), max(1, len(tested))) for case in observed)
    return Behaviour(cases=cases, slices=tuple(_compare_slices(observed)), rates=tuple(_count_rates(observed)))


def find_candidates(observed: Iterable[Observed], repeats: int) -> tuple[Observed, ...]:
    """The cases that look changed, or were begun to be sampled afresh, and lack judged fresh samples of a side."""
    return tuple(case for case in observed if _screen(case) == "changed" and count_missing(case, repeats))


def find_without_base(observed: Iterable[Observed]) -> tuple[Observed, ...]:
    """The comparable cases that were sampled at head and of which nothing is known at base."""
    return tuple(
        case
        for case in observed
        if _screen(case) in ("not-sampled", "errored") and case.head and case.head.judged and not _judged(case.base)
    )


def count_missing(case: Observed, repeats: int) -> int:
    """Rounds of fresh samples that a case lacks, by the side that has fewer."""
    fewest = min(side.judged for side in case.confirmed) if case.confirmed else 0
    return max(0, repeats - fewest)


def _screen(case: Observed) -> CaseStatus | str:
    """What can be said of a case without a test; `changed` where a test must decide."""
    if case.base is None or case.head is None:
        return "new" if case.base is None else "removed"
    if case.not_comparable:
        return "not-comparable"
    if case.confirmed is not None:
        return "changed"
    return _screen_samples(case.base, case.head, is_same=case.is_same)


def _screen_samples(base: Sampled, head: Sampled, *, is_same: bool) -> CaseStatus | str:
    if base.judged and head.judged:
        if not is_same and _looks_changed(base, head):
            return "changed"
        return "flaky" if _is_mixed(head) or _is_mixed(base) else "unchanged"
    if is_same:
        return "unchanged"
    return "errored" if base.errored or head.errored else "not-sampled"


def _looks_changed(base: Sampled, head: Sampled) -> bool:
    """Whether a difference is worth fresh samples: rare by chance, or from always to never."""
    if not _is_mixed(base) and not _is_mixed(head):
        return bool(base.passed) is not bool(head.passed)
    old, new = _counts(base), _counts(head)
    return old.rate != new.rate and fisher_tail(old, new) <= SCREENED


def _describe(case: Observed, p: float | None, tests: int) -> CaseChange:
    status = _screen(case)
    needs: int | None = None
    reason = case.not_comparable
    pair = case.confirmed or (case.base or Sampled(), case.head or Sampled())
    if status == "changed":
        status, reason = _decide(pair, p, is_confirmed=case.confirmed is not None)
    if status == "flaky" and not _is_mixed(pair[0]) and _is_judged(*pair):
        reason = "it passes sometimes at head, and whether less often than at base cannot be told"
    if status in ("flaky", "undecided") and reason and _is_judged(*pair):
        needs = samples_needed(_counts(pair[0]), _counts(pair[1]), tests)
    return CaseChange.model_validate(
        {
            "case": case.case,
            "agent": case.agent,
            "tags": case.tags,
            "process": case.process,
            "status": status,
            "base": case.base or Sampled(),
            "head": case.head or Sampled(),
            "confirmed_base": case.confirmed[0] if case.confirmed else None,
            "confirmed_head": case.confirmed[1] if case.confirmed else None,
            "p": p,
            "needs": needs,
            "reason": reason,
            "shown": case.shown,
        }
    )


def _decide(pair: tuple[Sampled, Sampled], p: float | None, *, is_confirmed: bool) -> tuple[CaseStatus, str | None]:
    """What a test says, or why there is none."""
    base, head = pair
    if not is_confirmed:
        return "undecided", "it went differently, and no fresh samples of base and head were taken in turns"
    if p is None:
        return "undecided", "none of the fresh samples of one side could be judged"
    old, new = _counts(base), _counts(head)
    if p <= ALPHA:
        return ("regressed" if new.rate < old.rate else "improved"), None
    if _is_mixed(base):
        return "flaky", None
    if old.rate == new.rate:
        return "unchanged", None
    return "undecided", "too few fresh samples to tell"


def _compare_slices(observed: Sequence[Observed]) -> Iterator[SliceChange]:
    """The whole, and the slices with enough cases for a test, adjusted for how many slices there are."""
    compared = [case for case in observed if _is_compared(case)]
    if not compared:
        return
    slices: dict[str, list[Observed]] = {}
    for case in compared:
        process = [f"process:{case.process}"] if case.process else []
        for name in (f"agent:{case.agent}", *process, *(f"tag:{tag}" for tag in case.tags)):
            slices.setdefault(name, []).append(case)
    kept = {name: cases for name, cases in slices.items() if _FEWEST_IN_SLICE <= len(cases) < len(compared)}
    found = [("all", compared), *sorted(kept.items())]
    effects = [compare_rates([(_counts(case.base), _counts(case.head)) for case in cases]) for _, cases in found]
    p_values = [effect.p if effect else 1.0 for effect in effects]
    # the whole is asked for its own sake; its slices are looked through for the worst
    adjusted = [p_values[0], *adjust_for_many(p_values[1:])]
    for (name, cases), effect, p in zip(found, effects, adjusted, strict=True):
        if effect is None:
            continue
        yield SliceChange(
            name=name,
            cases=effect.cases,
            base_rate=fmean(_counts(case.base).rate for case in cases),
            head_rate=fmean(_counts(case.head).rate for case in cases),
            difference=effect.difference,
            low=effect.low,
            high=effect.high,
            p=p,
            verdict="no-difference-shown" if p > ALPHA else "lower" if effect.difference < 0 else "higher",
        )


def _count_rates(observed: Sequence[Observed]) -> Iterator[RateCount]:
    compared = [case for case in observed if _is_compared(case)]
    if not compared:
        return
    sides = [
        [_counts(side).rate for side in rates] for rates in zip(*((c.base, c.head) for c in compared), strict=True)
    ]
    for above, up_to in _RATES:
        base, head = (sum(_lies(rate, above, up_to) for rate in side) for side in sides)
        yield RateCount(above=above, up_to=up_to, base=base, head=head)


def _lies(rate: float, above: float, up_to: float) -> bool:
    return rate == up_to if above == up_to else above < rate <= up_to and rate != 1


def _is_compared(case: Observed) -> bool:
    is_judged = case.base is not None and case.head is not None and _is_judged(case.base, case.head)
    return is_judged and _screen(case) in ("changed", "unchanged", "flaky")


def _judged(side: Sampled | None) -> int:
    return side.judged if side else 0


def _is_judged(base: Sampled, head: Sampled) -> bool:
    return bool(base.judged and head.judged)


def _is_mixed(side: Sampled) -> bool:
    return bool(side.passed and side.failed)


def _counts(side: Sampled | None) -> Counts:
    return Counts(side.passed, side.judged) if side else Counts(0, 0)
