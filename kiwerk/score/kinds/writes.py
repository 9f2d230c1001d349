"""writes: what the agent changed is exactly this, in whatever order."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from kiwerk.score.kinds.kind import Judgement, format_message
from kiwerk.score.scope import CannotJudge, Scope
from kiwerk.score.subset import find_difference, format_value
from kiwerk.spec.toolset import ERROR_OUTCOME

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from kiwerk.record import ToolCall
    from kiwerk.spec.expectation import Expectation

Wanted = tuple[str, dict[str, Any]]
"""An operation and the arguments its call must have."""


def judge_writes(expectation: Expectation, scope: Scope) -> Judgement:
    """Whether each wanted call was made, and no other call of an operation with `effect: write`; `not`: whether not.

    Calls that failed changed nothing and are passed over. One call answers for one entry.

    Raises:
        CannotJudge: the agent has no such operation, or one that is wanted is none.
    """
    if expectation.writes is None:
        raise CannotJudge("it names no calls")
    operations = scope.world.writes
    if not operations:
        raise CannotJudge("the agent has no operation with effect write")
    wanted = [(label, arguments) for entry in expectation.writes for label, arguments in entry.items()]
    stranger = next((label for label, _ in wanted if label not in operations), None)
    if stranger is not None:
        raise CannotJudge(f"{stranger} is no operation of the agent with effect write")
    made = [
        call
        for reply in scope.require_replies()
        for call in reply.calls
        if call.operation in operations and call.outcome != ERROR_OUTCOME
    ]
    pairs = _pair(wanted, made)
    missing = [entry for number, entry in enumerate(wanted) if number not in pairs]
    others = [call for number, call in enumerate(made) if number not in pairs.values()]
    exact = not missing and not others
    listed = " and ".join(_format(label, arguments) for label, arguments in wanted) or "nothing"
    expected = f"{'something else' if expectation.negated else 'exactly this'} to be written {scope.where}: {listed}"
    return Judgement(exact is not expectation.negated, format_message(expected, _format_found(missing, others, made)))


def _pair(wanted: Sequence[Wanted], made: Sequence[ToolCall]) -> dict[int, int]:
    """For as many entries as possible the call that answers for each, as positions (Kuhn 1955)."""
    fitting = [
        [
            number
            for number, call in enumerate(made)
            if call.operation == label and find_difference(arguments, call.arguments) is None
        ]
        for label, arguments in wanted
    ]
    owners: dict[int, int] = {}

    def place(entry: int, tried: set[int]) -> bool:
        for number in fitting[entry]:
            if number not in tried:
                tried.add(number)
                if number not in owners or place(owners[number], tried):
                    owners[number] = entry
                    return True
        return False

    for entry in range(len(wanted)):
        place(entry, set())
    return {entry: number for number, entry in owners.items()}


def _format_found(missing: Sequence[Wanted], others: Sequence[ToolCall], made: Sequence[ToolCall]) -> str:
    if not made:
        return "nothing written"
    parts = [f"no {_format(label, arguments)}" for label, arguments in missing]
    parts += [f"besides {_format(call.operation, call.arguments)}" for call in others]
    return ", ".join(parts) or "that"


def _format(label: str, arguments: Mapping[str, Any]) -> str:
    return f"{label} with {format_value(arguments)}" if arguments else label
