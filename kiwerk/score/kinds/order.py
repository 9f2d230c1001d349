"""order: the agent called these operations one after the other."""

from __future__ import annotations

from typing import TYPE_CHECKING

from kiwerk.score.kinds.kind import Judgement, format_message
from kiwerk.score.scope import CannotJudge, Scope

if TYPE_CHECKING:
    from kiwerk.spec.expectation import Expectation


def judge_order(expectation: Expectation, scope: Scope) -> Judgement:
    """Whether the calls contain these in this order, with any others between; `not`: whether they do not.

    Failed calls count. An operation that is named twice has to be called twice.
    """
    wanted = expectation.order
    if wanted is None:
        raise CannotJudge("it names no operations")
    made = [call.operation for reply in scope.require_replies() for call in reply.calls]
    waiting = iter(made)
    reached = 0
    while reached < len(wanted) and wanted[reached] in waiting:
        reached += 1
    kept = reached == len(wanted)
    listed = ", ".join(made) or "no call at all"
    if kept or not made:
        found = listed
    elif reached:
        found = f"no {wanted[reached]} after {wanted[reached - 1]} in {listed}"
    else:
        found = f"no {wanted[0]} in {listed}"
    expected = f"{'not ' if expectation.negated else ''}the calls {', then '.join(wanted)} {scope.where}"
    return Judgement(kept is not expectation.negated, format_message(expected, found))
