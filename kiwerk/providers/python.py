"""An agent that is a Python function: one call for each reply it gives.

The function takes one mapping and returns text, or a mapping; it may be a coroutine function:

    {"messages": [{"role": "system" | "user" | "assistant" | "tool", "content": str,
                   "calls": [{"id": str, "name": str, "arguments": str}],     of an assistant, where it called
                   "call_id": str}],                                          of a tool, which call it answers
     "tools": [{"name": str, "description": str, "parameters": {…}}],
     "model": {"name": str, "temperature": float, "max_tokens": int}}

    {"text": str, "calls": [{"name": str, "arguments": {…} | str, "id": str}],
     "usage": {"input_tokens": int, "output_tokens": int}, "model": str}      all of them may be left out
"""

from __future__ import annotations

import asyncio
import contextlib
import importlib
import inspect
import json
import sys
import threading
import traceback
from pathlib import Path
from typing import TYPE_CHECKING, Any

from pydantic import ValidationError

from kiwerk.errors import KiwerkError
from kiwerk.providers.completion import NONSENSE
from kiwerk.providers.protocol import ProviderFailure, Reply, Request, RequestedCall
from kiwerk.record import Source, Usage

if TYPE_CHECKING:
    from collections.abc import Callable

_KEYS = frozenset({"text", "calls", "usage", "model"})
_FORM = "Write it as python:module:function, such as python:my_agent:answer"


class PythonProvider:
    """Lets a function speak; functions that are no coroutines run in threads, side by side."""

    def __init__(self, target: str, function: Callable[[dict[str, Any]], Any]) -> None:
        self._target = target
        self._function = function

    @property
    def source(self) -> Source:
        """A function, and which."""
        return Source(origin="python", provider="python", model=self._target)

    async def complete(self, request: Request) -> Reply:
        """What the function returns.

        Raises:
            ProviderFailure: it raises, or returns something else.
        """
        request.tally.attempts += 1
        try:
            answer = await self._call(_describe(request))
        except Exception as error:
            raise ProviderFailure(f"{self._target} raised {_explain(error)}") from error
        return read_answer(answer, self._target)

    async def _call(self, described: dict[str, Any]) -> Any:
        if inspect.iscoroutinefunction(self._function):
            return await self._function(described)
        answer = await _call_aside(self._function, described)
        return await answer if inspect.isawaitable(answer) else answer


async def _call_aside(function: Callable[[dict[str, Any]], Any], described: dict[str, Any]) -> Any:
    """What a function returns in a thread of its own, which nobody waits for once the run has given it up.

    A pool's threads would be waited for at the end of the process, also for ever.
    """
    loop = asyncio.get_running_loop()
    answered: asyncio.Future[Any] = loop.create_future()

    def settle(result: Any, error: BaseException | None) -> None:
        if answered.done():
            return
        if error is None:
            answered.set_result(result)
        else:
            answered.set_exception(error)

    def work() -> None:
        result, problem = None, None
        try:
            result = function(described)
        except BaseException as error:  # noqa: BLE001 - it is raised where the answer is awaited
            problem = error
        with contextlib.suppress(RuntimeError):  # the loop is closed: nobody waits any more
            loop.call_soon_threadsafe(settle, result, problem)

    threading.Thread(target=work, daemon=True).start()
    return await answered


def load_function(target: str, root: Path) -> Callable[[dict[str, Any]], Any]:
    """The function meant by `module:function`, looked for from a repository's root first.

    Raises:
        KiwerkError: there is none, or its module cannot be imported.
    """
    module_name, sign, name = target.partition(":")
    if not sign or not module_name or not name.isidentifier():
        raise KiwerkError(f"'{target}' names no function", remedy=_FORM)
    folder = str(root.resolve())
    if folder not in sys.path:
        sys.path.insert(0, folder)
    try:
        found = getattr(importlib.import_module(module_name), name, None)
    except Exception as error:
        # whatever the module does while it is imported
        message = f"The module '{module_name}' cannot be imported: {_explain(error)}"
        raise KiwerkError(
            message, remedy="Mend it; it is looked for in the repository and where Python finds it"
        ) from error
    if not callable(found):
        raise KiwerkError(f"The module '{module_name}' has no function '{name}'", remedy=_FORM)
    function: Callable[[dict[str, Any]], Any] = found
    return function


def read_answer(answer: Any, who: str) -> Reply:
    """A reply from what a function returned.

    Raises:
        ProviderFailure: it is neither text nor a mapping of the keys there are.
    """
    if isinstance(answer, Reply):
        return answer
    if isinstance(answer, str):
        return Reply(answer)
    if not isinstance(answer, dict) or not answer.keys() <= _KEYS:
        raise ProviderFailure(f"{who} returned neither text nor a mapping of {', '.join(sorted(_KEYS))}")
    try:
        calls = tuple(
            RequestedCall(
                str(call.get("id") or f"call-{number}"),
                str(call["name"]),
                call["arguments"]
                if isinstance(call["arguments"], str)
                else json.dumps(call["arguments"], ensure_ascii=False),
            )
            for number, call in enumerate(answer.get("calls") or (), 1)
        )
        usage = Usage.model_validate(answer["usage"]) if answer.get("usage") else None
    except (*NONSENSE, ValidationError) as error:
        raise ProviderFailure(f"{who} returned calls or usage of another form ({type(error).__name__})") from error
    return Reply(str(answer.get("text") or ""), calls, model=answer.get("model"), usage=usage)


def _describe(request: Request) -> dict[str, Any]:
    messages = []
    for message in request.messages:
        described: dict[str, Any] = {"role": message.role, "content": message.content}
        if message.calls:
            described["calls"] = [
                {"id": call.id, "name": call.name, "arguments": call.arguments} for call in message.calls
            ]
        if message.call_id is not None:
            described["call_id"] = message.call_id
        messages.append(described)
    return {
        "messages": messages,
        "tools": [tool.model_dump(mode="json") for tool in request.tools],
        "model": request.model.model_dump(mode="json", exclude_none=True),
    }


def _explain(error: BaseException) -> str:
    """What was raised, and at which line of which file."""
    frames = traceback.extract_tb(error.__traceback__)
    where = f" ({_show(Path(frames[-1].filename))}:{frames[-1].lineno})" if frames else ""
    return f"{type(error).__name__}: {error}{where}"


def _show(path: Path) -> str:
    """The path from here, where it lies below."""
    return str(path.relative_to(Path.cwd())) if path.is_relative_to(Path.cwd()) else str(path)
