"""Who speaks for agents, and who is asked beside them: opened here alone, from what a command line says."""

from __future__ import annotations

from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from kiwerk.providers.pace import MOST_IN_FLIGHT, Pace

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable, Mapping

    from kiwerk.providers.protocol import Provider

API_KEY = "KIWERK_API_KEY"
"""Variable that holds the endpoint's key."""


@dataclass(frozen=True, slots=True)
class Access:
    """Where models are asked, and how."""

    base_url: str
    """Of an OpenAI-compatible endpoint, up to and with `/v1`."""
    api_key: str | None = field(default=None, repr=False)
    max_in_flight: int = MOST_IN_FLIGHT
    """Requests it gets at once at most; how many it is, its answers decide."""
    stream: bool = False
    """Whether answers come in pieces, which tells when each began."""

    @property
    def host(self) -> str | None:
        """Who answers, as records name it."""
        from kiwerk.providers.openai import OpenAIProvider

        return OpenAIProvider(self.base_url, None).source.host

    @property
    def provider(self) -> str | None:
        """Its provider, as records and prices name it."""
        from kiwerk.providers.openai import OpenAIProvider

        return OpenAIProvider(self.base_url, None).source.provider


@dataclass(frozen=True, slots=True)
class Models:
    """Who can be asked, while they can be asked."""

    agent: Provider
    """Speaks for agents."""
    helper: Provider | None
    """Plays users and judges; absent where no model can be asked."""
    room: Callable[[], int]
    """How many conversations may be in flight now."""


def find_access(
    base_url: str | None,
    variables: Mapping[str, str],
    max_in_flight: int = MOST_IN_FLIGHT,
    *,
    stream: bool = False,
) -> Access | None:
    """What a command line and the environment say about models; None where no model is asked."""
    return Access(base_url, variables.get(API_KEY) or None, max_in_flight, stream) if base_url else None


@asynccontextmanager
async def open_models(access: Access) -> AsyncIterator[Models]:
    """Those who can be asked, until the end of the block.

    Raises:
        KiwerkError: the address is not one of HTTP.
    """
    # aiohttp takes longer to import than a run of references takes
    from kiwerk.providers.openai import OpenAIProvider

    pace = Pace(access.max_in_flight)
    async with OpenAIProvider(access.base_url, access.api_key, pace, stream=access.stream) as provider:
        yield Models(provider, provider, lambda: pace.limit)
