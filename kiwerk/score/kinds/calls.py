"""calls: how often the agent called an operation."""

from __future__ import annotations

from typing import TYPE_CHECKING

from kiwerk.language.phrase import count
from kiwerk.score.kinds.kind import Judgement, format_message
from kiwerk.score.scope import CannotJudge, Scope

if TYPE_CHECKING:
    from kiwerk.spec.expectation import CallCount, Expectation


def judge_calls(expectation: Expectation, scope: Scope) -> Judgement:
    """Whether the number of calls lies in the range, both ends included; `not`: outside of it. Failed calls count."""
    wanted = expectation.calls
    if wanted is None:
        raise CannotJudge("it names no operation")
    turns = [reply.turn for reply in scope.require_replies() for call in reply.calls if call.operation == wanted.tool]
    number = len(turns)
    inside = (wanted.min is None or number >= wanted.min) and (wanted.max is None or number <= wanted.max)
    expected = f"{'not ' if expectation.negated else ''}{_format_range(wanted)} of {wanted.tool} {scope.where}"
    places = ", ".join(f"turn {turn}" for turn in turns)
    return Judgement(
        inside is not expectation.negated, format_message(expected, f"{number} ({places})" if turns else "none")
    )


def _format_range(wanted: CallCount) -> str:
    if wanted.min is None:
        return f"at most {count(wanted.max or 0, 'call')}"
    if wanted.max is None:
        return f"at least {count(wanted.min, 'call')}"
    return count(wanted.min, "call") if wanted.min == wanted.max else f"{wanted.min} to {wanted.max} calls"
