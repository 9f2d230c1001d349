"""An agent's operations as a model calls them: by their names on the wire, with arguments as text.

What a model gets wrong (an unknown operation, arguments that do not fit) is answered as a real backend would answer it.
"""

from __future__ import annotations

import json
from functools import lru_cache
from typing import TYPE_CHECKING, Any

import jsonschema

from kiwerk.language.bounded import TookTooLong, stopping
from kiwerk.record import ToolCall
from kiwerk.run.mock import MockFailure
from kiwerk.spec.toolset import ERROR_OUTCOME

if TYPE_CHECKING:
    from collections.abc import Mapping

    from kiwerk.providers.protocol import RequestedCall
    from kiwerk.record import Bundle
    from kiwerk.run.mock import MockBackend


class Tools:
    """The operations of one agent in one conversation."""

    def __init__(self, bundle: Bundle, backend: MockBackend) -> None:
        self._backend = backend
        self._labels = {tool.name: tool.name.replace("__", ".", 1) for tool in bundle.tools}
        self._parameters = {tool.name: tool.parameters for tool in bundle.tools}

    def call(self, requested: RequestedCall) -> ToolCall:
        """The call with its answer, an error where there is no such operation or the arguments do not fit.

        Raises:
            MockFailure: the mock has no answer.
        """
        label = self._labels.get(requested.name)
        if label is None:
            return _rejected(requested.name, {}, f"unknown function {requested.name}")
        try:
            arguments = clean_text(json.loads(requested.arguments or "{}"))
        except (ValueError, RecursionError) as error:
            return _rejected(label, {}, f"arguments are not JSON: {error}")
        if not isinstance(arguments, dict):
            return _rejected(label, {}, "arguments are not an object")
        problem = find_argument_problem(self._parameters[requested.name], arguments)
        return _rejected(label, arguments, problem) if problem else self._backend.call(label, arguments)


def write_result(call: ToolCall) -> str:
    """What a model reads as the answer to a call."""
    if call.fault and isinstance(call.result, str):
        return call.result
    return json.dumps(call.result, ensure_ascii=False)


def clean_text(value: Any) -> Any:
    """JSON data whose texts can be written as UTF-8: half a surrogate pair becomes a question mark."""
    return json.loads(json.dumps(value, ensure_ascii=False).encode("utf-8", "replace"))


def find_argument_problem(parameters: Mapping[str, Any], arguments: Mapping[str, Any]) -> str | None:
    """What is wrong with the arguments of a call, as a backend would say it, or None.

    Raises:
        MockFailure: it takes too long to tell.
    """
    validator = _validator(json.dumps(parameters, sort_keys=True))
    try:
        with stopping():
            error = jsonschema.exceptions.best_match(validator.iter_errors(arguments))
    except TookTooLong:
        message = "a pattern in the parameters takes too long: it repeats what is itself repeated, as in (a+)+"
        raise MockFailure(message) from None
    if error is None:
        return None
    where = ".".join(str(part) for part in error.absolute_path)
    return f"{where}: {error.message}" if where else error.message


@lru_cache(maxsize=1024)
def _validator(parameters: str) -> jsonschema.Draft202012Validator:
    return jsonschema.Draft202012Validator(json.loads(parameters))


def _rejected(operation: str, arguments: dict[str, Any], problem: str) -> ToolCall:
    return ToolCall(operation=operation, arguments=arguments, outcome=ERROR_OUTCOME, result={"error": problem})
