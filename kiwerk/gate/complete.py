"""complete: every case of today has its samples, all by the model that was asked for, and each could be judged.

Some rule has to say where they come from.

Always part of a verdict: a policy can neither leave it out nor exempt a case from it.
"""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from kiwerk.gate.answer import Answer
from kiwerk.gate.answering import contradicts
from kiwerk.gate.today import ANSWERED_BY, NO_EVIDENCE, Today, find_provenance_rules
from kiwerk.language.phrase import count, join_names
from kiwerk.record import Status

if TYPE_CHECKING:
    from collections.abc import Iterator

COMPLETE = "complete"

_JUDGED = (Status.PASSED, Status.FAILED)


def judge_complete(today: Today) -> Answer:
    """Whether nothing is missing; samples that do not count are named with the reason."""
    if not today.cases:
        return Answer(met=False, message="the agent has no cases, so nothing was shown")
    problems = [*_find_uncovered(today)]
    demanded = sum(map(today.repeats, today.cases))
    cases = count(len(today.cases), "case")
    if not today.has_evidence:
        return Answer(
            met=False,
            message="; ".join((f"{NO_EVIDENCE}; {cases} and {count(demanded, 'sample')} demanded", *problems)),
        )
    problems += [
        *_find_missing(today),
        *_find_contradicted(today),
        *_find_unjudged(today),
        *_find_erring_users(today),
    ]
    left_out = [f"left out: {join_names([f'{number} {why}' for why, number in today.left_out.items()])}"]
    figures = f"{count(len(today.of(today.cases)), 'sample')} of {cases}, {demanded} demanded"
    return Answer(not problems, "; ".join((figures, *problems, *(left_out if today.left_out else ()))))


def _find_uncovered(today: Today) -> Iterator[str]:
    uncovered = [case.case for case in today.cases if not find_provenance_rules(today.policy, case)]
    if uncovered:
        yield f"no rule says where the samples must come from: {join_names(uncovered)}"


def _find_missing(today: Today) -> Iterator[str]:
    missing = []
    for case in today.cases:
        number = sum(sample.status in _JUDGED for sample in today.of((case,)))
        if number < today.repeats(case):
            missing.append(f"{case.case} ({number} of {today.repeats(case)})")
    if missing:
        is_changed = any(why.startswith(ANSWERED_BY) for why in today.left_out)
        remedy = f"; sample them anew: `kiwerk eval {today.cases[0].agent} --fresh`" if is_changed else ""
        yield f"{count(len(missing), 'case')} without enough: {join_names(missing)}{remedy}"


def _find_contradicted(today: Today) -> Iterator[str]:
    """Samples of a model that cannot be the one that the agent's document names."""
    named = Counter(
        (sample.source.reported, sample.source.model)
        for sample in today.of(today.cases)
        if contradicts(sample.source.model, sample.source.reported)
    )
    for (reported, asked), number in named.items():
        yield (
            f"{count(number, 'sample')} answered by {reported}, while {asked} was asked for: let the agent's document "
            f"name what answers, or ask where that is served, and sample anew"
        )


def _find_unjudged(today: Today) -> Iterator[str]:
    unjudged = [sample.case for sample in today.of(today.cases) if sample.status not in _JUDGED]
    if unjudged:
        yield f"{count(len(unjudged), 'sample')} could not be judged: {join_names(list(dict.fromkeys(unjudged)))}"


def _find_erring_users(today: Today) -> Iterator[str]:
    """Cases whose simulated user errs more often than not: what is left of their conversations is a choice."""
    erring = []
    for case in today.cases:
        errors, counted = today.user_errors.get(case.case, 0), len(today.of((case,)))
        if errors > counted:
            erring.append(f"{case.case} ({errors} of {errors + counted})")
    if erring:
        yield f"the simulated user erred in more than half of the conversations: {join_names(erring)}"
