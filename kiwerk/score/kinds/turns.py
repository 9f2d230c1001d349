"""turns: how many turns the agent took, the opening not counted."""

from __future__ import annotations

from typing import TYPE_CHECKING

from kiwerk.score.kinds.kind import Judgement, format_message
from kiwerk.score.scope import CannotJudge, Scope

if TYPE_CHECKING:
    from kiwerk.spec.expectation import Expectation, TurnCount


def judge_turns(expectation: Expectation, scope: Scope) -> Judgement:
    """Whether the number of agent turns lies in the range, both ends included; `not`: outside of it."""
    wanted = expectation.turns
    if wanted is None:
        raise CannotJudge("it names no range")
    count = len(scope.replies)
    inside = (wanted.min is None or count >= wanted.min) and (wanted.max is None or count <= wanted.max)
    expected = f"{'not ' if expectation.negated else ''}{_format_range(wanted)} {scope.where}"
    return Judgement(inside is not expectation.negated, format_message(expected, str(count)))


def _format_range(wanted: TurnCount) -> str:
    if wanted.min is None:
        return f"at most {wanted.max} agent turns"
    if wanted.max is None:
        return f"at least {wanted.min} agent turns"
    return f"{wanted.min} to {wanted.max} agent turns"
