"""calls: how often the agent called an operation."""

from __future__ import annotations

from typing import TYPE_CHECKING

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
    count = len(turns)
    inside = (wanted.min is None or count >= wanted.min) and (wanted.max is None or count <= wanted.max)
    expected = f"{'not ' if expectation.negated else ''}{_format_range(wanted)} of {wanted.tool} {scope.where}"
    places = ", ".join(f"turn {turn}" for turn in turns)
    return Judgement(
        inside is not expectation.negated, format_message(expected, f"{count} ({places})" if turns else "none")
    )


def _format_range(wanted: CallCount) -> str:
    if wanted.min is None:
        return f"at most {wanted.max} call{'' if wanted.max == 1 else 's'}"
    if wanted.max is None:
        return f"at least {wanted.min} calls"
    return f"{wanted.min} calls" if wanted.min == wanted.max else f"{wanted.min} to {wanted.max} calls"
