"""state: what the mocks' state contains at the end."""

from __future__ import annotations

from typing import TYPE_CHECKING

from kiwerk.score.kinds.kind import Judgement, format_message
from kiwerk.score.scope import CannotJudge, Scope
from kiwerk.score.subset import Difference, find_differences, format_value

if TYPE_CHECKING:
    from kiwerk.spec.expectation import Expectation

_MOST_SHOWN = 5
"""Differences in one sentence; the transcript has the whole state."""


def judge_state(expectation: Expectation, scope: Scope) -> Judgement:
    """Whether the final state contains the expected one; `not`: whether it differs somewhere.

    Raises:
        CannotJudge: it stands at a user turn before the last one, and only the state at the end is recorded.
    """
    if expectation.state is None:
        raise CannotJudge("it names no state")
    if scope.state is None:
        raise CannotJudge(f"the state is recorded only at the end of the conversation, not {scope.where}")
    differences = list(find_differences(expectation.state, scope.state))
    if differences and not expectation.negated:
        return Judgement(passed=False, message=f"In the final state, {_format_differences(differences)}.")
    expected = f"a final state {'other than' if expectation.negated else 'with'} {format_value(expectation.state)}"
    found = f"another: {_format_differences(differences)}" if differences else "just that"
    return Judgement(bool(differences) is expectation.negated, format_message(expected, found))


def _format_differences(differences: list[Difference]) -> str:
    shown = "; ".join(map(str, differences[:_MOST_SHOWN]))
    hidden = len(differences) - _MOST_SHOWN
    return f"{shown}; and {hidden} more" if hidden > 0 else shown
