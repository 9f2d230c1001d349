"""A run in the terminal: the verdict in figures first, then what went wrong, then where to look."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from kiwerk.language.phrase import count, join_names
from kiwerk.record import (
    AUTHORED,
    AgentSummary,
    Bill,
    Origin,
    Partial,
    Result,
    Run,
    Status,
    Summary,
    Tally,
    summarize_run,
)
from kiwerk.record.run import NOT_HELD
from kiwerk.report.bill import describe_bill
from kiwerk.report.figures import describe_figures
from kiwerk.report.layout import draw

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from rich.console import RenderableType

OTHERS: dict[Origin, str] = {
    "imported": "imported",
    "recorded": "replays",
    "endpoint": "endpoint",
    "python": "function",
}
"""What conversations are called that are no evidence, by who spoke."""
_MARKS = {Status.FAILED: ("✗", "red"), Status.ERRORED: ("!", "magenta"), Status.SKIPPED: ("–", "yellow")}
_MOST_LISTED = 20


def format_evaluation(run: Run, bill: Bill, *, resumed: int, colour: bool) -> str:
    """The report of a run as text."""
    return draw(*_parts(run, summarize_run(run), bill, resumed), colour=colour)


def describe_partial(partial: Partial) -> str:
    """Why a run is partial, and what it lacks: `40 of 63 conversations, stopped: interrupted; missing: a/b 23`."""
    missing = ", ".join(f"{agent} {number}" for agent, number in partial.missing.items()) or "votes of judges"
    total = partial.held + sum(partial.missing.values())
    return f"{partial.held} of {count(total, 'conversation')}, stopped: {partial.reason}; missing: {missing}"


def describe_model_evidence(total: AgentSummary) -> str:
    """What the run says about live models, in a few words."""
    others = ", ".join(f"{OTHERS[origin]} {tally} passed" for origin, tally in total.others.items())
    if total.model.total == 0:
        return f"{others}{'; ' if others else ''}model evidence for these prompts: none"
    if total.stopped:
        return f"model samples {total.model.total} of {total.model.total + total.stopped}, stopped"
    reused = f", {total.reused} of them reused" if total.reused else ""
    return f"model samples {total.model} passed{reused}"


def describe_simulated_users(total: AgentSummary) -> str | None:
    """How often simulated users erred, with the number of conversations; None where there were none."""
    if not total.simulated:
        return None
    rate = f"{total.user_errors} of {count(total.simulated, 'conversation')}"
    again = f"; {total.replaced} of them held again" if total.user_errors else ""
    return f"simulated users erred in {rate}{again}"


def _parts(run: Run, summary: Summary, bill: Bill, resumed: int) -> Iterator[RenderableType]:
    yield Text.assemble(
        ("kiwerk eval", "bold"),
        f"  run {run.id}",
        f", shard {run.shard}" if run.shard else "",
        *([f", {resumed} conversations resumed"] if resumed else []),
    )
    yield ""
    yield Padding(_table(summary), (0, 0, 0, 2))
    yield ""
    total = summary.total
    yield Text.assemble(
        f"{count(total.cases, 'case')}: references ",
        _tally(total.references),
        ", counterexamples ",
        _tally(total.counterexamples),
        f"; {describe_model_evidence(total)}",
    )
    yield from (Text(line) for line in (*describe_bill(bill), *describe_figures(run)))
    if run.partial is not None:
        yield Text(
            f"{describe_partial(run.partial)}\nPartial, so nothing is judged; the same command carries on",
            style="bold red",
        )
    if total.warned:
        yield Text(f"{count(total.warned, 'conversation')} with failures that are only reported", style="yellow")
    if total.unseen:
        yield Text(
            f"{count(total.unseen, 'conversation')} with expectations about what the agent does not tell: not judged",
            style="yellow",
        )
    if total.unasked:
        yield Text(
            f"{count(total.unasked, 'conversation')} with a judge that was not asked: that takes an endpoint",
            style="yellow",
        )
    if users := describe_simulated_users(total):
        yield Text(users, style="yellow" if total.user_errors else "")
    troubles = [result for result in run.results if result.status in _MARKS and result.reason != NOT_HELD]
    if troubles:
        yield ""
    shared = _find_shared(troubles)
    for reason, cases in shared.items():
        yield Text.assemble(
            ("! errored", "magenta"), f"  {count(len(cases), 'conversation')}: {join_names(list(dict.fromkeys(cases)))}"
        )
        yield Text(f"    {reason}", style="dim")
    troubles = [result for result in troubles if not _is_broken_off(result) or result.reason not in shared]
    for result in troubles[:_MOST_LISTED]:
        yield from _trouble(result)
    if len(troubles) > _MOST_LISTED:
        yield Text(f"… and {len(troubles) - _MOST_LISTED} more; `kiwerk show {run.id}` has all of them", style="dim")
    where = "" if run.partial else f"; transcripts: kiwerk show {run.id}"
    yield Text(f"\n{run.seconds:.1f} s{where}", style="dim")


def _find_shared(troubles: Sequence[Result]) -> dict[str, list[str]]:
    """Cases by why their conversations broke off, where several did so for the same reason."""
    found: dict[str, list[str]] = {}
    for result in troubles:
        if _is_broken_off(result):
            found.setdefault(result.reason or "", []).append(result.conversation.case)
    return {reason: cases for reason, cases in found.items() if len(cases) > 1}


def _is_broken_off(result: Result) -> bool:
    """Whether its surroundings ended it; what a simulated user did wrong is told conversation by conversation."""
    erred = result.simulation is not None and bool(result.simulation.errors)
    return result.status is Status.ERRORED and bool(result.reason) and not erred


def _table(summary: Summary) -> Table:
    table = Table(box=None, pad_edge=False, padding=(0, 3, 0, 0), header_style="dim")
    others = list(summary.total.others)
    table.add_column("agent", no_wrap=True)
    for heading in ("cases", "references", "counterexamples", "model samples", *(OTHERS[origin] for origin in others)):
        table.add_column(heading, justify="right", no_wrap=True)
    for item in summary.agents:
        table.add_row(
            item.agent,
            str(item.cases),
            _tally(item.references),
            _tally(item.counterexamples),
            _describe_samples(item),
            *(_tally(item.others[origin]) if origin in item.others else "" for origin in others),
        )
    return table


def _describe_samples(item: AgentSummary) -> Text:
    if item.stopped:
        return Text(f"{item.model.total} of {item.model.total + item.stopped}, stopped", style="bold red")
    return _tally(item.model) if item.model.total else Text("none", style="dim")


def _tally(tally: Tally) -> Text:
    return Text(str(tally), style="green" if tally.is_full else "bold red")


def _trouble(result: Result) -> Iterator[Text]:
    mark, style = _MARKS[result.status]
    conversation = result.conversation
    who = conversation.variant or (
        conversation.origin
        if conversation.origin in AUTHORED
        else f"{'sample' if conversation.origin == 'model' else conversation.origin} {conversation.repetition + 1}"
    )
    label = "" if result.transcript is None else f"  {who}"
    yield Text.assemble((f"{mark} {result.status}", style), f"  {conversation.case}{label}")
    if result.reason:
        yield Text(f"    {result.reason}", style="dim")
    if result.trips:
        return
    for score in result.scores:
        if score.status in (Status.FAILED, Status.ERRORED) and not result.reason:
            place = f"  {score.place}" if score.place else ""
            yield Text.assemble(f"    {score.name}: {score.message}", (place, "dim"))
