"""`endpoint:FILE`: an agent that runs elsewhere, as a file describes it."""

from __future__ import annotations

from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from kiwerk.pipeline.models.helper import open_helper
from kiwerk.pipeline.models.protocol import Models
from kiwerk.providers.pace import MOST_IN_FLIGHT, Pace
from kiwerk.record import Source
from kiwerk.render.canonical import digest

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Mapping

    from kiwerk.pipeline.models.openai import OpenAIAccess
    from kiwerk.providers.endpoint_file import EndpointFile
    from kiwerk.record import Bundle, Origin
    from kiwerk.render.bundle import Rendered
    from kiwerk.render.situation import Situation


@dataclass(frozen=True, slots=True)
class EndpointAccess:
    """An agent at an address."""

    file: EndpointFile
    variables: Mapping[str, str] = field(repr=False)
    """The environment's: where the secrets are that the file names."""
    helper: OpenAIAccess | None = None
    """Who plays users and judges, if anybody can be asked."""
    max_in_flight: int = MOST_IN_FLIGHT
    """Requests it gets at once at most; how many it is, its answers decide."""

    @property
    def origin(self) -> Origin:
        """An endpoint: what runs there is not what ships from here, so it is no evidence."""
        return "endpoint"

    @property
    def identity(self) -> str:
        """All that the file says."""
        return f"endpoint:{self._digest()}"

    def source_of(self, bundle: Bundle) -> Source:  # noqa: ARG002  # whoever is there
        """The host."""
        from kiwerk.providers.host import address_of, provider_of, split_address

        parts = split_address(self.file.address.replace("{conversation_id}", "1"))
        return Source(
            origin="endpoint",
            provider=provider_of(parts.scheme, parts.hostname or ""),
            host=parts.hostname,
            address=address_of(parts),
        )

    def subject_of(self, rendered: Rendered) -> str:
        """A digest of the address and how it is spoken to: what answers there, nobody here knows."""
        return digest({"endpoint": self._digest(), "agent": rendered.agent.id})

    def offer(self, rendered: Rendered, situation: Situation, wanted: int) -> int:  # noqa: ARG002  # the same for all
        """As many as are wanted."""
        return wanted

    @asynccontextmanager
    async def open(self) -> AsyncIterator[Models]:
        """The connections; a helper where an address was named for one."""
        from kiwerk.providers.endpoint import ChatAgent, WebhookAgent, WebhookClient

        pace, endpoint = Pace(self.max_in_flight), self.file.endpoint
        async with open_helper(self.helper) as helper:
            if endpoint.chat is not None:
                key = self.variables[endpoint.chat.key] if endpoint.chat.key else None
                async with ChatAgent(endpoint.chat, key, pace) as agent:
                    yield Models(lambda *_: agent, helper, lambda: pace.limit, says_opening=endpoint.opening)
            elif endpoint.webhook is not None:
                async with WebhookClient(endpoint.webhook, self.variables, pace) as client:
                    yield Models(
                        lambda *_: WebhookAgent(client), helper, lambda: pace.limit, says_opening=endpoint.opening
                    )

    def _digest(self) -> str:
        return digest(self.file.endpoint.model_dump(mode="json", exclude={"description", "formerly"}))
