"""A Python file beside a document, run within its time and on its own: what mocks and expectations in Python share."""

from __future__ import annotations

import contextlib
import json
import sys
import traceback
from functools import lru_cache
from types import CodeType, ModuleType
from typing import TYPE_CHECKING, Any

from kiwerk.language.bounded import SECONDS, TookTooLong, stopping
from kiwerk.providers.secret import withheld

if TYPE_CHECKING:
    from collections.abc import Iterator

    from kiwerk.load.source import Source

_LONGEST_MESSAGE = 300


class CodeFailure(Exception):
    """The code has no answer: it failed, took too long, or returned something else."""


class PythonCode:
    """The functions of one file, in a module of its own."""

    def __init__(self, source: Source) -> None:
        """Wait for the first call before anything is run."""
        self._source = source
        self._module: ModuleType | None = None

    @contextlib.contextmanager
    def _running(self) -> Iterator[ModuleType]:
        """The module, where the code may run: within its time, without credentials, what it prints on standard error.

        Raises:
            CodeFailure: it failed; the message says where.
        """
        module = self._module or ModuleType(f"kiwerk code {self._source.path}")
        # some of the standard library looks a class's module up by its name
        sys.modules[module.__name__] = module
        try:
            with withheld(), contextlib.redirect_stdout(sys.stderr), stopping():
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
