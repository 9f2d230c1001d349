"""Whether a refusal is certain before all samples are there: whatever the missing ones come to, no rule says otherwise.

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
    rules: Iterable[str],
    samples: Sequence[SampleScore],
    missing: Mapping[ExpectedCase, int],
    *,
    source: Source,
    now: datetime,
) -> bool:
    """Whether the verdict is refused and the outcome of no rule can change any more.

    A sample that could not be judged is taken for missing: another attempt may take its place.

    Args:
        decide: the verdict over samples, as the gate decides it.
        rules: ids of the policy's rules; that samples are missing is no outcome.
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
    ids = frozenset(rules)
    outcomes = [_outcomes(decide(samples), ids)]
    for status in _JUDGED:
        verdict = decide([*known, *_imagine(unknown, status, source, now)])
        if verdict.decision is not Decision.REFUSED:
            return False
        outcomes.append(_outcomes(verdict, ids))
    return outcomes[0] == outcomes[1] == outcomes[2]


def _outcomes(verdict: Verdict, rules: frozenset[str]) -> dict[str, Decision]:
    return {rule.rule: rule.decision for rule in verdict.rules if rule.rule in rules}


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
