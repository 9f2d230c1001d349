"""called: the agent called an operation, with at least these arguments."""

from __future__ import annotations

from typing import TYPE_CHECKING

from kiwerk.language.phrase import count
from kiwerk.score.kinds.kind import Judgement, format_message
from kiwerk.score.scope import CannotJudge, Scope
from kiwerk.score.subset import find_difference, format_value

if TYPE_CHECKING:
    from kiwerk.spec.expectation import Called, Expectation


def judge_called(expectation: Expectation, scope: Scope) -> Judgement:
    """Whether some call is of the operation and contains the arguments; `not`: none is. Failed calls count."""
    called = expectation.called
    if called is None:
        raise CannotJudge("it names no operation")
    calls = [call for reply in scope.require_replies() for call in reply.calls]
    same = [call for call in calls if call.operation == called.tool]
    differences = [find_difference(called.arguments, call.arguments) for call in same]
    hit = next((call for call, difference in zip(same, differences, strict=True) if difference is None), None)
    if hit is not None:
        found = f"{hit.operation} with {format_value(hit.arguments)}"
    elif same:
        found = f"{count(len(same), 'call')} of it, in the last {differences[-1]}"
    elif calls:
        found = f"only {', '.join(dict.fromkeys(call.operation for call in calls))}"
    else:
        found = "no call at all"
    expected = _format_expected(called, scope, negated=expectation.negated)
    return Judgement((hit is None) is expectation.negated, format_message(expected, found))


def _format_expected(called: Called, scope: Scope, *, negated: bool) -> str:
    arguments = f" with {format_value(called.arguments)}" if called.arguments else ""
    return f"{'no' if negated else 'a'} call of {called.tool}{arguments} {scope.where}"
