"""Whether a refusal is certain before all samples are there, whatever the missing ones come to.

Every requirement is met the more easily the more samples pass, so the verdict lies between the one in which all
missing samples pass and the one in which all fail. Approval is never certain early: it takes every sample.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from kiwerk.record import Decision, SampleScore, Status

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence
    from datetime import datetime

    from kiwerk.gate.today import ExpectedCase
    from kiwerk.record import Source, Verdict

_JUDGED = (Status.PASSED, Status.FAILED)
_BEYOND = 1_000_000
"""First repetition of a sample that does not exist: none that does has it."""


def is_refusal_certain(
    decide: Callable[[Sequence[SampleScore]], Verdict],
    samples: Sequence[SampleScore],
    missing: Mapping[ExpectedCase, int],
    *,
    source: Source,
    now: datetime,
) -> bool:
    """Whether the verdict is refused, whatever the missing samples come to.

    A sample that could not be judged is taken for missing: another attempt may take its place.

    Args:
        decide: the verdict over samples, as the gate decides it.
        samples: those that there are.
        missing: how many are still to come, by case.
        source: who will speak in them.
        now: when they would be taken.
    """
    known = [sample for sample in samples if sample.status in _JUDGED]
    unknown = dict(missing)
    by_id = {case.case: case for case in missing}
    for sample in samples:
        if sample.status not in _JUDGED and sample.case in by_id:
            unknown[by_id[sample.case]] += 1
    if not known:
        # who was never heard is not judged
        return False
    verdicts = (decide([*known, *_imagine(unknown, status, source, now)]) for status in _JUDGED)
    return all(verdict.decision is Decision.REFUSED for verdict in verdicts)


def _imagine(
    unknown: Mapping[ExpectedCase, int], status: Status, source: Source, now: datetime
) -> Iterable[SampleScore]:
    for case, number in unknown.items():
        for place in range(number):
            yield SampleScore(
                case=case.case,
                tags=case.tags,
                stimulus=case.stimulus,
                oracle=case.oracle,
                repetition=_BEYOND + place,
                sampled=now,
                source=source,
                status=status,
                # whoever speaks for the agent also plays users and judges
                user=source.provider,
                voters=(source.provider or "",),
                voted=now,
            )
