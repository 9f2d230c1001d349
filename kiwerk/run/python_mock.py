"""A mock's functions in Python: one file beside the toolset, run anew for every conversation.

    def pruefen(args, state, now, random):
        return {"outcome": "frei", "result": {"frei": True}}

A function is called like its operation and takes what it needs of the four. It answers with the words of a clause:
`outcome`, `result`, `error`, `fault` and `delay`; what it does to `state` is noted. `check` reads the file without
running it; an evaluation runs it with all the rights of who evaluates, as pytest does with a `conftest.py`.
"""

from __future__ import annotations

import copy
import inspect
from typing import TYPE_CHECKING, Any

from pydantic import ValidationError

from kiwerk.load.code import PARAMETERS
from kiwerk.run.python_code import CodeFailure, PythonCode
from kiwerk.spec.toolset import Clause

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from random import Random

    from kiwerk.load.source import Source

ANSWERS = ("outcome", "result", "error", "fault", "delay")
"""Keys of what it returns."""


class PythonMock(PythonCode):
    """The functions of one file, in a module that one conversation has to itself."""

    def __init__(self, source: Source, random: Random) -> None:
        """Wait for the first call before anything is run.

        Args:
            source: the file.
            random: the conversation's own chance.
        """
        super().__init__(source)
        self._random = random

    def answer(self, operation: str, arguments: Mapping[str, Any], state: dict[str, Any], now: str | None) -> Clause:
        """What an operation answers; `state` is changed as the function changes it.

        Raises:
            CodeFailure: there is no answer. The state is as it was.
        """
        given = {
            "args": copy.deepcopy(arguments),
            "state": copy.deepcopy(state),
            "now": now,
            "random": self._random,
        }
        with self._running() as module:
            function: Callable[..., object] | None = getattr(module, operation, None)
            if function is None:
                message = f"{self._source.path} has no function {operation}"
                raise CodeFailure(message)
            wanted = inspect.signature(function).parameters
            returned = function(**{name: given[name] for name in PARAMETERS if name in wanted})
        clause = self._read(operation, returned)
        changed = self._copy(given["state"], "the state")
        if gone := state.keys() - changed.keys():
            message = f"{self._source.path}: {operation} takes {min(gone)} out of the state; give it another value"
            raise CodeFailure(message)
        state.update(changed)
        return clause

    def _read(self, operation: str, returned: object) -> Clause:
        place = f"{self._source.path}: {operation}"
        if not isinstance(returned, dict):
            message = f"{place} returns {type(returned).__name__}, not a mapping such as {{'outcome': 'ok'}}"
            raise CodeFailure(message)
        if unknown := [str(key) for key in returned if key not in ANSWERS]:
            message = f"{place} returns the key '{unknown[0]}'; keys are {', '.join(ANSWERS)}"
            raise CodeFailure(message)
        try:
            return Clause.model_validate(self._copy(returned, f"what {operation} returns"))
        except ValidationError as error:
            first = error.errors()[0]
            where = ".".join(str(part) for part in first["loc"])
            message = f"{place} returns {where or 'an answer'}: {first['msg']}"
            raise CodeFailure(message) from None
