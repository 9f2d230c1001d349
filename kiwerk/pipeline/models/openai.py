"""`openai`: a model at an OpenAI-compatible endpoint, which also plays users and judges."""

from __future__ import annotations

from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from kiwerk.pipeline.models.protocol import Models
from kiwerk.providers.pace import MOST_IN_FLIGHT, Pace

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from kiwerk.record import Bundle, Origin, Source
    from kiwerk.render.bundle import Rendered
    from kiwerk.render.situation import Situation


@dataclass(frozen=True, slots=True)
class OpenAIAccess:
    """Where models are asked, and how."""

    base_url: str
    """Up to and with `/v1`."""
    api_key: str | None = field(default=None, repr=False)
    max_in_flight: int = MOST_IN_FLIGHT
    """Requests it gets at once at most; how many it is, its answers decide."""
    stream: bool = False
    """Whether answers come in pieces, which tells when each began."""

    @property
    def origin(self) -> Origin:
        """A model."""
        return "model"

    @property
    def identity(self) -> str:
        """The address."""
        return self.base_url

    def source_of(self, bundle: Bundle) -> Source:  # noqa: ARG002  # one endpoint for all agents
        """The provider by its host."""
        from kiwerk.providers.openai import OpenAIProvider

        return OpenAIProvider(self.base_url, None).source

    def subject_of(self, rendered: Rendered) -> str:
        """What the agent ships."""
        return rendered.ships

    def offer(self, rendered: Rendered, situation: Situation, wanted: int) -> int:  # noqa: ARG002  # the same for all
        """As many as are wanted."""
        return wanted

    @asynccontextmanager
    async def open(self) -> AsyncIterator[Models]:
        """One client for all.

        Raises:
            KiwerkError: the address is not one of HTTP.
        """
        # aiohttp takes longer to import than a run of references takes
        from kiwerk.providers.openai import OpenAIProvider

        pace = Pace(self.max_in_flight)
        async with OpenAIProvider(self.base_url, self.api_key, pace, stream=self.stream) as provider:
            yield Models(lambda *_: provider, provider, lambda: pace.limit)
