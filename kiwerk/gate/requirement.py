"""What a policy's rule can require, one function a requirement."""

from __future__ import annotations

from collections import Counter
from datetime import timedelta
from typing import TYPE_CHECKING, Protocol

from kiwerk.gate.answer import Answer
from kiwerk.gate.regressions import judge_regressions
from kiwerk.language.phrase import count, format_duration, format_low, format_share, join_names
from kiwerk.record import SampleScore, Status
from kiwerk.score import average_pass_rate, count_cases, pass_rate_interval

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from kiwerk.gate.today import ExpectedCase, Today
    from kiwerk.record import Calibration
    from kiwerk.spec.policy import JudgeTrust, PassRate, Requirement

_ROUNDING = 1e-9
"""What adding up fractions may lose: nine of ten must meet 0.9."""


class Judge(Protocol):
    """One requirement."""

    def __call__(self, require: Requirement, cases: Sequence[ExpectedCase], today: Today) -> Answer:
        """Whether it is met by these cases; exceptions are taken out already, so there may be none."""
        ...


def judge_failures(require: Requirement, cases: Sequence[ExpectedCase], today: Today) -> Answer:
    """Whether no more conversations failed, or could not be judged, than allowed."""
    most = require.failures.max if require.failures else 0
    samples = today.of(cases)
    if cases and not samples:
        return Answer(met=False, message=f"no sample of {count(len(cases), 'case')} in which failures could be counted")
    failed = [sample for sample in samples if sample.status is Status.FAILED]
    unjudged = [sample for sample in samples if sample.status not in (Status.PASSED, Status.FAILED)]
    of = f"{len(failed)} of {count(len(samples), 'sample')} of {count(len(cases), 'case')} failed, {most} allowed"
    figures = [f"{of}: {_list_failures(failed)}" if failed else of]
    if unjudged:
        figures.append(f"{len(unjudged)} could not be judged, which counts against it: {_list_failures(unjudged)}")
    return Answer(len(failed) + len(unjudged) <= most, "; ".join(figures))


def judge_pass_rate(require: Requirement, cases: Sequence[ExpectedCase], today: Today) -> Answer:
    """Whether the mean of the cases' pass rates, and the lower end of its interval, are high enough."""
    rates = count_cases((sample.case, sample.status) for sample in today.of(cases))
    average = average_pass_rate(rates)
    if require.pass_rate is None or average is None:
        return Answer(met=False, message=f"no judged sample of {count(len(cases), 'case')}, so there is no pass rate")
    wanted = require.pass_rate
    met = meets_pass_rate(wanted, average.rate, average.cases)
    imperfect = sum(case.rate != 1 for case in rates if case.rate is not None)
    demanded = sum(today.repeats(case) for case in cases)
    there = Counter(sample.case for sample in today.of(cases))
    if any(there[case.case] < today.repeats(case) for case in cases):
        # what was sampled first, or until it was enough to refuse, is no fair picture
        figures = f"{there.total()} of {demanded} samples, so that no pass rate is stated"
        return Answer(
            met,
            f"{imperfect} of {count(average.cases, 'case')} did not always pass; {figures}; "
            f"{format_low(wanted.min)} and {format_low(wanted.lower_bound)} demanded",
        )
    return Answer(
        met,
        f"{imperfect} of {count(average.cases, 'case')} did not always pass: "
        f"pass rate {format_share(average.rate)}, at least {format_low(average.interval.low)} with 95 % confidence; "
        f"{format_low(wanted.min)} and {format_low(wanted.lower_bound)} demanded",
    )


def meets_pass_rate(wanted: PassRate, rate: float, cases: int) -> bool:
    """Whether a mean over so many cases, and the lower end of its interval, are high enough."""
    low = pass_rate_interval(rate, cases).low
    return rate >= wanted.min - _ROUNDING and low >= wanted.lower_bound - _ROUNDING


def judge_samples(require: Requirement, cases: Sequence[ExpectedCase], today: Today) -> Answer:
    """Whether every sample comes from a model of a provider on the list; old ones do not count and are missing then."""
    # what nobody answered, or nobody could judge, comes from nowhere
    samples = [sample for sample in today.of(cases) if sample.status in (Status.PASSED, Status.FAILED)]
    if require.samples is None or not samples:
        return Answer(met=False, message=f"no judged sample of {count(len(cases), 'case')}, so there is no origin")
    wanted = require.samples
    demanded = f"{' or '.join(wanted.providers)} demanded"
    strangers = Counter(
        sample.source.provider or "an unknown provider"
        for sample in samples
        if sample.source.provider not in wanted.providers
    )
    strangers.update(f"no model ({sample.source.origin})" for sample in today.by_people(cases))
    if strangers:
        listed = join_names([f"{number} by {name}" for name, number in strangers.items()])
        total = len(samples) + len(today.by_people(cases))
        return Answer(
            met=False,
            message=f"{strangers.total()} of {count(total, 'sample')} come from elsewhere: {listed}; {demanded}",
        )
    oldest = max(timedelta(), today.now - min(sample.sampled for sample in samples))
    return Answer(
        met=True,
        message=f"all {count(len(samples), 'sample')} by {join_names(sorted(_providers(samples)))}, the oldest "
        f"{_age(oldest)} old; {demanded}, at most {format_duration(wanted.max_age)} old",
    )


def judge_judges(require: Requirement, cases: Sequence[ExpectedCase], today: Today) -> Answer:
    """Whether every judge that these cases ask agrees with people as far as demanded; unknown is not enough."""
    asked = {judge.verdict: judge for case in cases for judge in case.judges}
    if require.judges is None or not asked:
        return Answer(met=True, message=f"no judge is asked by {count(len(cases), 'case')}")
    problems, figures = [], []
    for judge in asked.values():
        found = today.calibrations.get(judge.verdict)
        shown = [] if found is None else list(_find_distrust(require.judges, found))
        if found is None:
            problems.append(f"{judge.id} was not compared with people as it is today: `kiwerk judge calibrate`")
        elif shown:
            problems.append(f"{judge.id}: {', '.join(shown)}")
        elif found.kappa.value is None:
            figures.append(f"{judge.id} compared on {count(found.compared, 'conversation')}")
        else:
            figures.append(
                f"{judge.id} kappa {format_low(found.kappa.value)} on {count(found.compared, 'conversation')}"
            )
    return Answer(not problems, "; ".join((*problems, *figures)))


REQUIREMENTS: dict[str, Judge] = {
    "failures": judge_failures,
    "pass_rate": judge_pass_rate,
    "samples": judge_samples,
    "judges": judge_judges,
    "regressions": judge_regressions,
}
"""The requirements by the key a policy writes them with."""


def _find_distrust(wanted: JudgeTrust, found: Calibration) -> Iterator[str]:
    """Why an agreement is not enough, each as a clause."""
    if found.sampled < wanted.min_compared:
        yield f"compared on {count(found.sampled, 'conversation')} with a model, {wanted.min_compared} demanded"
    if wanted.min_kappa is not None:
        if found.kappa.value is None:
            yield f"kappa {found.kappa.note}"
        elif found.kappa.value < wanted.min_kappa - _ROUNDING:
            yield f"kappa {format_low(found.kappa.value)}, {format_low(wanted.min_kappa)} demanded"
    if wanted.lower_bound is not None:
        for item in found.classes:
            if item.low is None:
                yield f"people never say {item.name}, so nothing is known of it"
            elif item.low < wanted.lower_bound - _ROUNDING:
                yield (
                    f"where people say {item.name} it agrees at least {format_low(item.low)} with 95 % confidence, "
                    f"{format_low(wanted.lower_bound)} demanded"
                )


def _list_failures(samples: Sequence[SampleScore]) -> str:
    names = Counter(_format_failure(sample) for sample in samples)
    return join_names([name if number == 1 else f"{name} × {number}" for name, number in names.items()])


def _format_failure(sample: SampleScore) -> str:
    return f"{sample.case} ({', '.join(sample.failed) or sample.status.value})"


def _providers(samples: Sequence[SampleScore]) -> set[str]:
    return {sample.source.provider or "" for sample in samples}


def _age(age: timedelta) -> str:
    if age.days:
        return count(age.days, "day")
    hours = age.seconds // 3600
    return count(hours, "hour") if hours else count(age.seconds // 60, "minute")
