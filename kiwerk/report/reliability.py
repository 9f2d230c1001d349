"""What one can rely on, agent by agent: pass rate with its interval, pass^k and pass@k, and flaky cases by name."""

from __future__ import annotations

from math import ceil
from typing import TYPE_CHECKING

from kiwerk.language.phrase import count, format_high, format_low, format_share, join_names
from kiwerk.report.evaluation_markdown import escape_markdown
from kiwerk.score import measure_reliability, noticed_failure_rate, repeats_to_notice

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from kiwerk.record import FlakyCase, Reliability, Run, Status
    from kiwerk.spec.policy import Repeats

_MOST_DRAWS = 5
"""Shown in a line; JSON has all."""


def measure_run(run: Run) -> tuple[Reliability, ...]:
    """The figures of each agent that a model was sampled for in a run, earlier samples that it used included."""
    stopped = {item.agent for item in run.stopped} | set(run.partial.missing if run.partial else ())
    sampled: dict[str, list[tuple[str, Status]]] = {}
    for result in run.results:
        if result.conversation.origin == "model" and result.transcript:
            sampled.setdefault(result.conversation.agent, []).append((result.conversation.case, result.status))
    return tuple(measure_reliability(agent, samples, stopped=agent in stopped) for agent, samples in sampled.items())


def format_reliabilities(reliabilities: Sequence[Reliability]) -> str:
    """The figures as text; empty where there are none."""
    return "".join(f"{line}\n" for item in reliabilities for line in _lines(item))


def format_reliabilities_markdown(reliabilities: Sequence[Reliability]) -> str:
    """The figures as a list in Markdown; empty where there are none."""
    lines = [f"- {escape_markdown(line.strip())}" for item in reliabilities for line in _lines(item)]
    return "\n".join(["### Reliability", "", *lines]) + "\n" if lines else ""


def describe_repeats(repeats: Repeats) -> str:
    """What so many repeats can show, and how many would show a rarer failure."""
    shown = [
        f"{number} of {whose}: {_percent(noticed_failure_rate(number))} or more"
        for number, whose in ((repeats.critical, "a critical case"), (repeats.other, "any other"))
    ]
    return (
        f"repeats show, with 95 % confidence, a case that fails in a share of its conversations: {', '.join(shown)}; "
        f"recommended where one in five must show: {repeats_to_notice(1 / 5)}"
    )


def _percent(fraction: float) -> str:
    return f"{ceil(fraction * 100 - 1e-9)} %"


def _lines(item: Reliability) -> Iterator[str]:
    if item.pass_rate is not None and item.low is not None and item.high is not None:
        over = f"{count(item.cases, 'case')}, at least {count(item.repeats, 'repeat')} each"
        rate = f"pass rate {format_share(item.pass_rate)} ({format_low(item.low)} to {format_high(item.high)}), {over}"
        draws = range(min(len(item.pass_hat_k), _MOST_DRAWS))
        hats = [f"pass^{k + 1} {format_share(item.pass_hat_k[k])}" for k in draws]
        ats = [f"pass@{len(item.pass_at_k)} {format_share(item.pass_at_k[-1])}"] if len(item.pass_at_k) > 1 else []
        yield "; ".join(filter(None, (f"{item.agent}  {rate}", ", ".join((*hats, *ats)))))
    elif item.demanded is not None:
        yield f"{item.agent}  {item.samples} of {count(item.demanded, 'sample')} judged, so that no rate is stated"
    if item.flaky:
        names = join_names([_name(case) for case in item.flaky])
        yield f"{item.agent}  {count(len(item.flaky), 'flaky case')}: {names}"


def _name(case: FlakyCase) -> str:
    return f"{case.case} ({case.passed} of {case.passed + case.failed} passed)"
