"""json_schema: every reply is JSON that satisfies a JSON Schema (2020-12)."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from kiwerk.language.bounded import TookTooLong, stopping
from kiwerk.language.phrase import count
from kiwerk.score.kinds.kind import Judgement, format_message
from kiwerk.score.scope import CannotJudge, Scope
from kiwerk.score.subset import format_value

if TYPE_CHECKING:
    from kiwerk.spec.expectation import Expectation


def judge_json_schema(expectation: Expectation, scope: Scope) -> Judgement:
    """Whether every reply is valid; `not`: whether some reply is not. A code fence around the JSON makes it invalid.

    Raises:
        CannotJudge: the schema refers to something outside of it, or takes too long.
    """
    schema = expectation.json_schema
    if schema is None:
        raise CannotJudge("it holds no schema")
    replies = scope.require_replies()
    wrong = next(((reply, problem) for reply in replies if (problem := _find_problem(schema, reply.text))), None)
    if wrong is None:
        found = f"{count(len(replies), 'reply', 'replies')} that do"
    else:
        reply, problem = wrong
        found = f"in the reply to user turn {reply.turn}: {problem}, in {format_value(reply.text)}"
    which = "some reply not" if expectation.negated else "every reply"
    return Judgement(
        (wrong is not None) is expectation.negated,
        format_message(f"{which} {scope.where} to satisfy the schema", found),
    )


def _find_problem(schema: dict[str, Any], text: str) -> str | None:
    """What is wrong with a reply, or None."""
    from jsonschema import Draft202012Validator
    from jsonschema.exceptions import best_match
    from referencing import Registry
    from referencing.exceptions import Unresolvable

    try:
        value = json.loads(text, parse_constant=_refuse_constant)
    except ValueError as problem:
        fenced = text.lstrip().startswith("```")
        return "a code fence around the JSON" if fenced else f"no JSON ({problem})"
    try:
        # an empty registry, so that nothing is ever fetched
        with stopping():
            error = best_match(Draft202012Validator(schema, registry=Registry()).iter_errors(value))
    except TookTooLong:
        raise CannotJudge("the schema takes too long: a pattern repeats what is itself repeated, as in (a+)+") from None
    except Unresolvable as problem:
        raise CannotJudge(f"the schema refers to {problem.ref}, which is not in it") from None
    if error is None:
        return None
    where = ".".join(str(part) for part in error.absolute_path)
    return f"{where}: {error.message}" if where else str(error.message)


def _refuse_constant(name: str) -> None:
    message = f"{name} is no JSON"
    raise ValueError(message)
