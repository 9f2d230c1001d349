"""`python:module:function`: a function that speaks for agents, for whatever nothing else fits."""

from __future__ import annotations

import hashlib
import inspect
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from kiwerk.pipeline.models.helper import open_helper
from kiwerk.pipeline.models.protocol import Models
from kiwerk.providers.pace import MOST_IN_FLIGHT
from kiwerk.providers.python import PythonProvider, load_function
from kiwerk.render.canonical import digest

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable

    from kiwerk.pipeline.models.openai import OpenAIAccess
    from kiwerk.record import Bundle, Origin, Source
    from kiwerk.render.bundle import Rendered
    from kiwerk.render.situation import Situation


@dataclass(frozen=True, slots=True)
class PythonAccess:
    """A function by its name, `module:function`."""

    target: str
    root: Path
    """Of the repository, where its module is looked for first."""
    helper: OpenAIAccess | None = None
    """Who plays users and judges, if anybody can be asked."""
    max_in_flight: int = MOST_IN_FLIGHT
    """Calls of it at once at most."""

    @property
    def origin(self) -> Origin:
        """A function: no evidence."""
        return "python"

    @property
    def identity(self) -> str:
        """The function and what its file holds."""
        file = inspect.getsourcefile(inspect.unwrap(self._function))
        content = Path(file).read_bytes() if file else b""
        return f"python:{self.target}:{hashlib.sha256(content).hexdigest()}"

    def source_of(self, bundle: Bundle) -> Source:  # noqa: ARG002  # one function for all agents
        """The function.

        Raises:
            KiwerkError: there is none, or its module cannot be imported.
        """
        return PythonProvider(self.target, self._function).source

    def subject_of(self, rendered: Rendered) -> str:
        """A digest of its own: a function is not what ships."""
        return digest({"python": self.target, "ships": rendered.ships})

    def offer(self, rendered: Rendered, situation: Situation, wanted: int) -> int:  # noqa: ARG002  # the same for all
        """As many as are wanted."""
        return wanted

    @asynccontextmanager
    async def open(self) -> AsyncIterator[Models]:
        """The function; a helper where an address was named."""
        provider = PythonProvider(self.target, self._function)
        async with open_helper(self.helper) as helper:
            yield Models(lambda *_: provider, helper, lambda: self.max_in_flight)

    @property
    def _function(self) -> Callable[[dict[str, Any]], Any]:
        return load_function(self.target, self.root)
