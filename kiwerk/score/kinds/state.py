"""state: what the mocks' state contains at the end."""

from __future__ import annotations

from typing import TYPE_CHECKING

from kiwerk.score.kinds.kind import Judgement, format_message
from kiwerk.score.scope import CannotJudge, Scope
from kiwerk.score.subset import find_difference, format_value

if TYPE_CHECKING:
    from kiwerk.spec.expectation import Expectation


def judge_state(expectation: Expectation, scope: Scope) -> Judgement:
    """Whether the final state contains the expected one; `not`: whether it differs somewhere.

    Raises:
        CannotJudge: it stands at a user turn before the last one, and only the state at the end is recorded.
    """
    if expectation.state is None:
        raise CannotJudge("it names no state")
    if scope.state is None:
        raise CannotJudge(f"the state is recorded only at the end of the conversation, not {scope.where}")
    difference = find_difference(expectation.state, scope.state)
    if difference is not None and not expectation.negated:
        return Judgement(passed=False, message=f"In the final state, {difference}.")
    expected = f"a final state {'other than' if expectation.negated else 'with'} {format_value(expectation.state)}"
    found = "just that" if difference is None else f"another: {difference}"
    return Judgement((difference is None) is not expectation.negated, format_message(expected, found))
