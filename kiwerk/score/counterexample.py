"""The test of the tests: a reference passes, and a counterexample trips what it names, neither more nor less."""

from __future__ import annotations

from difflib import get_close_matches
from typing import TYPE_CHECKING

from kiwerk.finding import Finding, Severity, Span
from kiwerk.record import Score, Status

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

MISMATCH = "counterexample-mismatch"
FAILING = "failing-reference"
_UNTRIPPED = (Status.PASSED, Status.MEASURED, Status.SKIPPED)


def find_trip_mismatches(
    counterexample: str, trips: Sequence[str], scores: Sequence[Score], span: Span
) -> Iterator[Finding]:
    """A finding for each way in which a counterexample trips something else than it says.

    Every failed score counts, also one that only warns. What could not be judged is neither tripped nor kept, and a
    finding of its own; what awaits a judge is neither, and none.

    Args:
        counterexample: what to call it, such as `dienstag-halb-drei, blind-gebucht`.
        trips: names of the expectations and rules that must fail.
        scores: what was judged.
        span: where `trips` is written.
    """
    yield from _find_unjudged(MISMATCH, counterexample, scores, span)
    by_name: dict[str, list[Score]] = {}
    for score in scores:
        by_name.setdefault(score.name, []).append(score)
    for name in dict.fromkeys(trips):
        named = by_name.get(name, [])
        if not named:
            near = get_close_matches(name, by_name, n=1)
            message = f"{counterexample} should trip '{name}', and the case has no such expectation or rule"
            yield Finding(MISMATCH, message, span, help=f"Did you mean '{near[0]}'?" if near else None)
        elif len(named) > 1 and named[0].kind == name:
            message = f"{counterexample} should trip '{name}', and {len(named)} expectations are called that"
            yield Finding(MISMATCH, message, span, help="Give each an id, and name the one that must fail.")
        elif all(score.status in _UNTRIPPED and not score.is_unasked for score in named):
            yield Finding(MISMATCH, f"{counterexample} does not trip '{name}': {_clause(named[0])}", span)
    for name, named in by_name.items():
        tripped = next((score for score in named if score.status == Status.FAILED), None)
        if tripped is not None and name not in trips:
            yield Finding(MISMATCH, f"{counterexample} trips '{name}' besides: {_clause(tripped)}", span)


def find_failing_reference(reference: str, scores: Sequence[Score], span: Span) -> Iterator[Finding]:
    """A finding for everything a reference does not pass; a warning for what only warns.

    Args:
        reference: what to call it, such as `dienstag-halb-drei`.
        scores: what was judged; without a single one, nothing was shown.
        span: where the reference is written.
    """
    judging = (score for score in scores if score.severity == "block")
    if not any(score.status is not Status.SKIPPED or score.is_unasked for score in judging):
        yield Finding(FAILING, f"{reference}: nothing judges this case", span)
    yield from _find_unjudged(FAILING, reference, scores, span)
    for score in scores:
        if score.status == Status.FAILED:
            severity = Severity.ERROR if score.severity == "block" else Severity.WARNING
            yield Finding(FAILING, f"{reference} fails '{score.name}': {_clause(score)}", span, severity)


def _find_unjudged(rule: str, what: str, scores: Sequence[Score], span: Span) -> Iterator[Finding]:
    """One finding for each reason, since a conversation that broke off leaves every expectation with the same."""
    reasons: dict[str, list[str]] = {}
    for score in scores:
        if score.status is Status.ERRORED:
            reasons.setdefault(_clause(score), []).append(f"'{score.name}'")
    for reason, names in reasons.items():
        yield Finding(rule, f"{what}: {', '.join(names)} {reason.replace('it could', 'could', 1)}", span)


def _clause(score: Score) -> str:
    """A score's message in the middle of a sentence."""
    message = score.message.removesuffix(".")
    return message[:1].lower() + message[1:]
