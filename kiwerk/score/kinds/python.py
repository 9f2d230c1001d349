"""python: a function of a person's own agrees.

    def nennt_preis(conversation, given):
        return any("Euro" in reply["text"] for reply in conversation["replies"]), "no reply names a price"

It gets plain data and returns whether it holds, alone or with what was found. It runs with all the rights of who
evaluates; `check` only reads it.
"""

from __future__ import annotations

import copy
import inspect
from typing import TYPE_CHECKING, Any

from kiwerk.load.code import CHECK_PARAMETERS
from kiwerk.run.python_code import CodeFailure, PythonCode
from kiwerk.score.kinds.kind import Judgement, format_message
from kiwerk.score.scope import CannotJudge, Scope

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from kiwerk.record import ToolCall
    from kiwerk.spec.expectation import Expectation

_PAIR = 2


def judge_python(expectation: Expectation, scope: Scope) -> Judgement:
    """Whether the function says that it holds; `not`: that it does not."""
    check = expectation.python
    source = scope.world.checks.get(check.file) if check else None
    if check is None or source is None:
        raise CannotJudge(f"there is no {check.file if check else 'file'} beside the suite")
    scope.require_replies()
    try:
        holds, said = _Check(source).ask(check.function, {"conversation": _describe(scope), "given": dict(check.given)})
    except CodeFailure as problem:
        raise CannotJudge(str(problem)) from None
    name = f"{check.file}:{check.function}"
    expected = f"{name} {'not ' if expectation.negated else ''}to hold {scope.where}"
    found = said or f"that it {'holds' if holds else 'does not'}"
    return Judgement(holds is not expectation.negated, format_message(expected, found))


class _Check(PythonCode):
    """A file with functions that judge, run anew for each judgement."""

    def ask(self, name: str, given: Mapping[str, Any]) -> tuple[bool, str | None]:
        """Whether a function says that it holds, and what it found.

        Raises:
            CodeFailure: it says neither.
        """
        with self._running() as module:
            function: Callable[..., object] | None = getattr(module, name, None)
            if function is None:
                message = f"{self._source.path} has no function {name}"
                raise CodeFailure(message)
            wanted = inspect.signature(function).parameters
            returned = function(**{key: copy.deepcopy(given[key]) for key in CHECK_PARAMETERS if key in wanted})
        holds, said = returned if isinstance(returned, tuple) and len(returned) == _PAIR else (returned, None)
        if not isinstance(holds, bool) or not isinstance(said, str | None):
            kind = type(returned).__name__
            message = f"{self._source.path}: {name} returns {kind}, not True or False, alone or with a message"
            raise CodeFailure(message)
        return holds, " ".join(said.split()).removesuffix(".") if said else None


def _describe(scope: Scope) -> dict[str, Any]:
    """The conversation as plain data."""
    return {
        "replies": [
            {"turn": reply.turn, "text": reply.text, "calls": _describe_calls(reply.calls)} for reply in scope.replies
        ],
        "turns": [{"role": turn.role, "text": turn.text, "calls": _describe_calls(turn.calls)} for turn in scope.turns],
        "state": scope.state,
        "facts": scope.world.facts,
        "now": scope.world.now.isoformat() if scope.world.now else None,
    }


def _describe_calls(calls: Sequence[ToolCall]) -> list[dict[str, Any]]:
    return [
        {"operation": call.operation, "arguments": call.arguments, "outcome": call.outcome, "result": call.result}
        for call in calls
    ]
