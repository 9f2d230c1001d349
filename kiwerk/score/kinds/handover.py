"""handover: the conversation was handed to a human."""

from __future__ import annotations

from typing import TYPE_CHECKING

from kiwerk.score.kinds.kind import Judgement, format_message
from kiwerk.score.scope import CannotJudge, Scope
from kiwerk.spec.toolset import ERROR_OUTCOME

if TYPE_CHECKING:
    from kiwerk.spec.expectation import Expectation


def judge_handover(expectation: Expectation, scope: Scope) -> Judgement:
    """Whether an operation with `effect: handover` was called without an error; `not`: whether none was.

    What the human side answers (`verbunden`, `nicht_erreichbar`) makes no difference.

    Raises:
        CannotJudge: the agent has no such operation.
    """
    operations = scope.world.handovers
    if not operations:
        raise CannotJudge("the agent has no operation with effect handover")
    tried = [
        (reply.turn, call) for reply in scope.require_replies() for call in reply.calls if call.operation in operations
    ]
    made = next(((turn, call) for turn, call in tried if call.outcome != ERROR_OUTCOME), None)
    if made is not None:
        found = f"{made[1].operation}:{made[1].outcome} in turn {made[0]}"
    elif tried:
        found = f"only {tried[-1][1].operation} with an error in turn {tried[-1][0]}"
    else:
        found = f"no call of {' or '.join(sorted(operations))}"
    expected = f"{'no' if expectation.negated else 'a'} handover to a human {scope.where}"
    return Judgement((made is None) is expectation.negated, format_message(expected, found))
