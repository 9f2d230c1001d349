"""A mock's functions in Python: one file beside the toolset, run anew for every conversation.

    def pruefen(args, state, now, random):
        return {"outcome": "frei", "result": {"frei": True}}

A function is called like its operation and takes what it needs of the four. It answers with the words of a clause:
`outcome`, `result`, `error`, `fault` and `delay`; what it does to `state` is noted. `check` reads the file without
running it; an evaluation runs it with all the rights of who evaluates, as pytest does with a `conftest.py`.
"""

from __future__ import annotations

import contextlib
import copy
import inspect
import json
import sys
import traceback
from functools import lru_cache
from types import CodeType, ModuleType
from typing import TYPE_CHECKING, Any

from pydantic import ValidationError

from kiwerk.language.bounded import SECONDS, TookTooLong, stopping
from kiwerk.load.code import PARAMETERS
from kiwerk.spec.toolset import Clause

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping
    from random import Random

    from kiwerk.load.source import Source

ANSWERS = ("outcome", "result", "error", "fault", "delay")
"""Keys of what it returns."""
_LONGEST_MESSAGE = 300


class CodeFailure(Exception):
    """The code has no answer: it failed, took too long, or returned something else."""


class PythonMock:
    """The functions of one file, in a module that one conversation has to itself."""

    def __init__(self, source: Source, random: Random) -> None:
        """Wait for the first call before anything is run.

        Args:
            source: the file.
            random: the conversation's own chance.
        """
        self._source = source
        self._random = random
        self._module: ModuleType | None = None

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

    @contextlib.contextmanager
    def _running(self) -> Iterator[ModuleType]:
        """The module, where the code may run: within its time, and with what it prints on standard error.

        Raises:
            CodeFailure: it failed; the message says where.
        """
        module = self._module or ModuleType(f"mock {self._source.path}")
        # some of the standard library looks a class's module up by its name
        sys.modules[module.__name__] = module
        try:
            with contextlib.redirect_stdout(sys.stderr), stopping():
                if self._module is None:
                    module.__file__ = self._source.path
                    exec(_compile(self._source.path, self._source.text), module.__dict__)  # noqa: S102  # its purpose
                    self._module = module
                yield module
        except CodeFailure:
            raise
        except TookTooLong:
            message = f"{self._source.path} takes too long: it may compute for {SECONDS:g} seconds, and never waits"
            raise CodeFailure(message) from None
        except (Exception, SystemExit) as error:
            raise CodeFailure(self._describe(error)) from error
        finally:
            del sys.modules[module.__name__]

    def _describe(self, error: BaseException) -> str:
        lines = [line for frame, line in traceback.walk_tb(error.__traceback__) if self._is_own(frame.f_code)]
        place = f"{self._source.path}:{lines[-1]}" if lines else self._source.path
        return f"{place}: {type(error).__name__}: {error}"[:_LONGEST_MESSAGE].rstrip(": ")

    def _is_own(self, code: CodeType) -> bool:
        return code.co_filename == self._source.path

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

    def _copy(self, value: Any, what: str) -> Any:
        try:
            text = json.dumps(value, ensure_ascii=False, allow_nan=False)
        except (TypeError, ValueError, RecursionError) as error:
            message = f"{self._source.path}: {what} is not JSON: {error}"
            raise CodeFailure(message) from None
        return json.loads(text.encode("utf-8", "replace"))


@lru_cache(maxsize=1024)
def _compile(path: str, text: str) -> CodeType:
    return compile(text, path, "exec", dont_inherit=True)
