"""What the conversation loop asks of whoever speaks for the agent: messages and tools in, words and calls out."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Literal, Protocol, runtime_checkable

from kiwerk.providers.secret import hide_secrets

if TYPE_CHECKING:
    from kiwerk.record import ShippedModel, ShippedTool, Source, ToolCall, Usage


@dataclass(frozen=True, slots=True)
class RequestedCall:
    """A tool call as it came over the wire, not yet understood."""

    id: str
    name: str
    """Name on the wire, `kalender__pruefen`."""
    arguments: str
    """JSON text, as the model wrote it."""


@dataclass(frozen=True, slots=True)
class Message:
    """One message of the conversation so far."""

    role: Literal["system", "user", "assistant", "tool"]
    content: str
    calls: tuple[RequestedCall, ...] = ()
    """Calls of an assistant message."""
    call_id: str | None = None
    """Which call a tool message answers."""
    outcome: str | None = None
    """What the call came to that a tool message answers; said to nobody but a replay."""
    kept: object | None = None
    """What came with an assistant message, for its provider alone."""


@dataclass(slots=True)
class Tally:
    """What it took to get an answer, counted while it happens: so it is known as well where none comes."""

    attempts: int = 0
    """Requests sent."""
    waited_seconds: float = 0
    """Spent before requests, by our own choice: at the provider's pace and between attempts."""


@dataclass(frozen=True, slots=True)
class Request:
    """Everything a model is asked with."""

    messages: tuple[Message, ...]
    tools: tuple[ShippedTool, ...]
    model: ShippedModel
    tally: Tally = field(default_factory=Tally)
    """Added to by a provider that sends something."""


@dataclass(frozen=True, slots=True)
class Reply:
    """What came back."""

    text: str
    calls: tuple[RequestedCall, ...] = ()
    finish_reason: str = "stop"
    model: str | None = None
    """Model as the provider reports it; absent where no model was asked."""
    usage: Usage | None = None
    first_token_at: float | None = None
    """Moment (`time.monotonic`) in which the first piece of words or of a call came; absent where nobody can tell."""
    source: Source | None = None
    """Who answered, where one provider reaches several."""
    reported: tuple[ToolCall, ...] = ()
    """Calls that were carried out elsewhere, as an agent that runs there told."""
    kept: object | None = None
    """What the provider wants back with the message, such as the signature of a thought; nobody else looks into it."""


class ProviderFailure(Exception):
    """One conversation cannot go on: the provider is out of reach or answers nonsense. The others go on."""

    def __init__(self, problem: str) -> None:
        """Say what happened, which is kept and shown: without secrets, whatever a server repeats."""
        super().__init__(hide_secrets(problem))


@runtime_checkable
class Session(Protocol):
    """A provider of one conversation, which wants to know when it is over."""

    async def end(self) -> None:
        """Let go of the conversation.

        Raises:
            ProviderFailure: nobody could be told.
        """


class Provider(Protocol):
    """Somebody who can speak for an agent."""

    @property
    def source(self) -> Source:
        """Who it is, as records name it; `model` and `reported` are filled in by the conversation."""

    async def complete(self, request: Request) -> Reply:
        """The next words or calls of the agent.

        Raises:
            ProviderFailure: this conversation cannot go on.
            KiwerkError: no conversation can, such as after a refused credential.
        """
