"""How an agent that runs elsewhere is spoken to: the file of `kiwerk eval --provider endpoint:FILE`.

Such a file is no part of a company: it lies outside of `agents/`, `processes/` and `evals/`.
"""

from __future__ import annotations

import re
from typing import Annotated, Literal

from pydantic import AfterValidator, Field, model_validator
from pydantic_core import PydanticCustomError

from kiwerk.spec.base import Data, Document, Model, NonEmpty, one_of
from kiwerk.spec.environment import EnvironmentVariable

CONVERSATION = "{conversation_id}"
"""Stands for the conversation's id in an address."""

_SECRET_HEADER = re.compile(r"auth|key|token|secret|cookie|password|credential", re.IGNORECASE)


def _expression(value: str) -> str:
    if not value.startswith("=") or value.startswith("=="):
        raise PydanticCustomError("expression", "Expected an expression: text that begins with one =")
    return value


Expression = Annotated[str, AfterValidator(_expression)]
Method = Literal["POST", "PUT", "PATCH", "GET", "DELETE"]


class Secret(Model):
    """A header whose value is in the environment."""

    variable: EnvironmentVariable = Field(examples=["PRAXIS_BOT_TOKEN"])
    """Name of the variable that holds it; never the value itself."""
    prefix: str = Field(default="", examples=["Bearer "])
    """Written before it."""


def _headers(value: dict[str, str | Secret]) -> dict[str, str | Secret]:
    for name, content in value.items():
        if isinstance(content, str) and _SECRET_HEADER.search(name):
            raise PydanticCustomError(
                "secret_header",
                "The header {name} holds a secret: write the variable it is in, {{variable: NAME}}",
                {"name": name},
            )
    return value


Headers = Annotated[dict[NonEmpty, str | Secret], AfterValidator(_headers)]


class Call(Model):
    """Where one call is told; expressions read `call`."""

    operation: Expression = Field(examples=["=call.name"])
    """Its operation, `kalender.pruefen` or as on the wire, `kalender__pruefen`."""
    arguments: Expression = Field(examples=["=call.arguments"])
    """A mapping, or JSON text of one."""
    outcome: Expression | None = Field(default=None, examples=["=call.status"])
    """One of the operation's outcomes, or `error`; without it nothing is judged that depends on outcomes."""
    result: Expression | None = Field(default=None, examples=["=call.result"])
    """What it returned; without it nothing is judged that depends on results."""


class Reading(Model):
    """Where an answer tells what; expressions read `answer`, the JSON that came back."""

    text: Expression = Field(examples=["=answer.reply.text"])
    """The agent's words."""
    calls: Expression | None = Field(default=None, examples=["=answer.tool_calls"])
    """The list of its calls; without it nothing is judged that depends on calls."""
    call: Call | None = Field(default=None, examples=[{"operation": "=call.name", "arguments": "=call.arguments"}])
    """Where each of them is told."""

    @model_validator(mode="after")
    def _check_calls(self) -> Reading:
        if (self.calls is None) is not (self.call is None):
            raise PydanticCustomError("calls", "`calls` and `call` need each other: the list, and where each is told")
        return self


class Step(Model):
    """One request beside the conversation's turns."""

    url: NonEmpty = Field(examples=["https://bots.example.de/conversations/{conversation_id}"])
    """Address; `{conversation_id}` stands for the id."""
    method: Method = Field(default="POST", examples=["DELETE"])
    """Of HTTP."""
    request: Data | None = Field(default=None, examples=[{"channel": "test"}])
    """JSON body; expressions read `conversation_id`."""


class Start(Step):
    """What begins a conversation."""

    conversation: Expression | None = Field(default=None, examples=["=answer.id"])
    """The id in its answer, to be used from then on; one of kiwerk's own without it."""


class Webhook(Model):
    """A JSON interface of its own."""

    url: NonEmpty = Field(examples=["https://bots.example.de/conversations/{conversation_id}/messages"])
    """Address; `{conversation_id}` stands for the id."""
    method: Method = Field(default="POST", examples=["POST"])
    """Of HTTP."""
    headers: Headers = Field(
        default_factory=dict, examples=[{"Authorization": {"variable": "PRAXIS_BOT_TOKEN", "prefix": "Bearer "}}]
    )
    """Sent with every request."""
    request: Data = Field(examples=[{"session": "=conversation_id", "text": "=message"}])
    """JSON body of a user turn; expressions read `conversation_id`, `message` (what the user says) and `messages` (all
    that was said, each with `role` and `content`)."""
    reply: Reading = Field(examples=[{"text": "=answer.text"}])
    """Where the answer tells what."""
    start: Start | None = Field(
        default=None, examples=[{"url": "https://bots.example.de/conversations", "conversation": "=answer.id"}]
    )
    """Sent before the first user turn."""
    stop: Step | None = Field(
        default=None,
        examples=[{"url": "https://bots.example.de/conversations/{conversation_id}", "method": "DELETE"}],
    )
    """Sent when the conversation is over."""


class Chat(Model):
    """An OpenAI-compatible chat endpoint behind which the agent is, with its own prompt and tools."""

    url: NonEmpty = Field(examples=["https://bots.example.de/v1"])
    """Up to and with `/v1`."""
    model: NonEmpty = Field(examples=["praxis-empfang"])
    """Model that is asked for."""
    key: EnvironmentVariable | None = Field(default=None, examples=["PRAXIS_BOT_KEY"])
    """Name of the variable that holds the key."""


class Endpoint(Document):
    """An agent that runs elsewhere."""

    kind: Literal["Endpoint"] = Field(examples=["Endpoint"])
    """Always `Endpoint`."""
    chat: Chat | None = Field(default=None, examples=[{"url": "https://bots.example.de/v1", "model": "praxis-empfang"}])
    """It speaks OpenAI's chat protocol; only what user and agent said is sent."""
    webhook: Webhook | None = Field(
        default=None,
        examples=[
            {"url": "https://bots.example.de/chat", "request": {"text": "=message"}, "reply": {"text": "=answer.text"}}
        ],
    )
    """It has a JSON interface of its own."""
    opening: bool = Field(default=False, examples=[True])
    """Whether it says the agent's `opening`, word for word, before the first user turn."""

    @model_validator(mode="after")
    def _check_one(self) -> Endpoint:
        one_of(self, ("chat", "webhook"), "an endpoint")
        return self
