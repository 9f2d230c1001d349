"""What the gate judges by: the cases as they are today, and those samples that still count for them."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING

from kiwerk.gate.answering import find_newest_model
from kiwerk.gate.terms import USER_ERRORS, Terms, find_reason_against, is_trusted
from kiwerk.select import Selector, SelectorProblem, parse_selector, select_subjects

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import datetime

    from kiwerk.record import BaselineFigures, Calibration, SampleScore
    from kiwerk.spec.policy import Policy, PolicyException, PolicyRule

NO_EVIDENCE = "not judged: no model evidence"

CRITICAL = "critical"
"""Tag of the cases that are sampled more often."""

ANSWERED_BY = "answered by"
"""What the reason begins with why a sample of another model does not count."""


@dataclass(frozen=True, slots=True)
class ExpectedJudge:
    """A judge that a case asks."""

    id: str
    verdict: str
    """Digest of all that its answers follow from."""


@dataclass(frozen=True, slots=True)
class ExpectedCase:
    """A case as it is today."""

    agent: str
    case: str
    """`suite#case`."""
    suite: str
    tags: tuple[str, ...]
    process: str | None
    """Id of the process the case names, if it names one."""
    stimulus: str
    """Digest of the situation."""
    oracle: str
    """Digest of what it is judged by."""
    path: str = ""
    """The suite's file, a POSIX path from the repository's root."""
    judges: tuple[ExpectedJudge, ...] = ()
    """The models it is judged by."""
    is_simulated: bool = False
    """Whether a model plays its user."""


@dataclass(frozen=True, slots=True)
class Deployed:
    """What is deployed of an agent where it would be deployed."""

    environment: str
    ships: str | None
    """Digest of it; absent where nothing is."""
    trouble: str | None = None
    """Why that is not what the target should have, as a clause."""


@dataclass(frozen=True, slots=True)
class Today:
    """The cases, the samples that count for them, and what was left out."""

    policy: Policy
    now: datetime
    cases: tuple[ExpectedCase, ...]
    samples: Mapping[str, tuple[SampleScore, ...]]
    """By case: what was sampled in today's situation, judged by today's expectations, and is not too old."""
    user_errors: Mapping[str, int]
    """By case: conversations in which the simulated user erred."""
    left_out: Mapping[str, int]
    """Number of samples that do not count, by why."""
    has_evidence: bool
    """Whether there is any sample of a model at all, be it one that does not count."""
    calibrations: Mapping[str, Calibration]
    """How far judges agree with people, by the digest of all that their answers follow from."""
    ships: str
    """Digest of what would be deployed."""
    deployed: Deployed | None
    """What is deployed now; absent where nobody looked."""
    baselines: Mapping[str, BaselineFigures]
    """How the cases went with what was deployed somewhere, by its `ships`."""

    def repeats(self, case: ExpectedCase) -> int:
        """Samples the policy demands of a case."""
        return count_repeats(self.policy, case)

    def of(self, cases: Sequence[ExpectedCase]) -> tuple[SampleScore, ...]:
        """Samples of a model for these cases that count."""
        return tuple(sample for sample in self._all(cases) if sample.source.origin == "model")

    def by_people(self, cases: Sequence[ExpectedCase]) -> tuple[SampleScore, ...]:
        """Conversations of these cases whose agent's side a person wrote; they count nowhere."""
        return tuple(sample for sample in self._all(cases) if sample.source.origin != "model")

    def _all(self, cases: Sequence[ExpectedCase]) -> list[SampleScore]:
        return [sample for case in cases for sample in self.samples[case.case]]


def count_repeats(policy: Policy, case: ExpectedCase) -> int:
    """Samples a policy demands of a case."""
    return policy.repeats.critical if CRITICAL in case.tags else policy.repeats.other


def select_today(  # noqa: PLR0913 - what the gate judges by is all that it depends on
    policy: Policy,
    cases: Sequence[ExpectedCase],
    samples: Sequence[SampleScore],
    now: datetime,
    *,
    ships: str,
    calibrations: Sequence[Calibration] = (),
    deployed: Deployed | None = None,
    baselines: Sequence[BaselineFigures] = (),
) -> Today:
    """What the gate judges by. Equal samples count once: a copy shows nothing new."""
    by_case: dict[str, list[SampleScore]] = {case.case: [] for case in cases}
    expected = {case.case: case for case in cases}
    terms = {case.case: find_terms(policy, case, now) for case in cases}
    left_out: Counter[str] = Counter()
    user_errors: Counter[str] = Counter()
    reasons = {
        sample: find_reason_against(sample, expected.get(sample.case), terms.get(sample.case, Terms()), now)
        for sample in samples
    }
    model = find_newest_model(sample for sample, reason in reasons.items() if reason is None)
    for sample, found in reasons.items():
        reason = found or _find_other_model(sample, model)
        if reason is None:
            by_case[sample.case].append(sample)
        else:
            left_out[reason] += 1
            user_errors[sample.case] += reason == USER_ERRORS
    return Today(
        policy=policy,
        now=now,
        cases=tuple(cases),
        samples={case: tuple(of_case) for case, of_case in by_case.items()},
        user_errors=user_errors,
        left_out=left_out,
        has_evidence=any(sample.source.origin == "model" for sample in samples),
        calibrations={
            item.verdict: item
            for item in calibrations
            if all(is_trusted(item, terms[case.case]) for case in cases if _asks(case, item))
        },
        ships=ships,
        deployed=deployed,
        baselines={item.ships: item for item in baselines},
    )


def select_cases(text: str | None, cases: Sequence[ExpectedCase]) -> tuple[ExpectedCase, ...]:
    """The cases a policy's selector means; all of them without one.

    Raises:
        SelectorProblem: it cannot be read.
    """
    return tuple(cases) if text is None else select_subjects(_parse(text), cases)


def is_exempted(case: ExpectedCase, exception: PolicyException) -> bool:
    """Whether an exception is about the case, in force or not; one that cannot be read is about none."""
    return _is_selected(case, exception.select)


def is_in_force(exception: PolicyException, now: datetime) -> bool:
    """Whether an exception has not expired; its last day counts."""
    return now.date() <= exception.until


def leave_out_exempted(rule: PolicyRule, cases: Sequence[ExpectedCase], today: Today) -> list[ExpectedCase]:
    """The cases without those that an exception in force takes out of a rule."""
    in_force = [entry for entry in today.policy.exceptions if entry.rule == rule.id and is_in_force(entry, today.now)]
    return [case for case in cases if not any(is_exempted(case, entry) for entry in in_force)]


def find_provenance_rules(policy: Policy, case: ExpectedCase) -> tuple[PolicyRule, ...]:
    """The rules that say where samples of the case must come from, exceptions or not."""
    return tuple(rule for rule in policy.rules if rule.require.samples and _is_selected(case, rule.select))


@lru_cache
def _parse(text: str) -> Selector:
    """Policies have a handful of selectors, and each is asked about every case."""
    return parse_selector(text)


def _is_selected(case: ExpectedCase, text: str | None) -> bool:
    try:
        return bool(select_cases(text, (case,)))
    except SelectorProblem:
        return False


def _asks(case: ExpectedCase, calibration: Calibration) -> bool:
    return any(judge.verdict == calibration.verdict for judge in case.judges)


def find_terms(policy: Policy, case: ExpectedCase, now: datetime) -> Terms:
    """What all rules together demand of samples of the case; nothing where exceptions leave no such rule."""
    exempted = {
        exception.rule
        for exception in policy.exceptions
        if is_in_force(exception, now) and is_exempted(case, exception)
    }
    wanted = [
        rule.require.samples
        for rule in find_provenance_rules(policy, case)
        if rule.require.samples and rule.id not in exempted
    ]
    if not wanted:
        return Terms()
    providers = frozenset[str].intersection(*(frozenset(samples.providers) for samples in wanted))
    return Terms(providers, min(samples.max_age for samples in wanted))


def _find_other_model(sample: SampleScore, model: str | None) -> str | None:
    if sample.source.reported in (None, model):
        return None
    return f"{ANSWERED_BY} {sample.source.reported}, while {model} answers now"
