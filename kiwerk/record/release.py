"""What is deployed: a company in an environment, as a list from agent to digest."""

from __future__ import annotations

from datetime import datetime
from typing import Any, Literal

from kiwerk.record.base import Record


class Segment(Record):
    """A stretch of a prompt: text as it is, or a hole that the target fills. Exactly one of the two is set."""

    text: str | None = None
    hole: str | None = None


class ShippedTool(Record):
    """One operation as the model sees it."""

    name: str
    """Name on the wire, `kalender__pruefen`."""
    description: str
    parameters: dict[str, Any]
    """JSON Schema of the arguments."""


class ShippedModel(Record):
    """The language model and its parameters."""

    name: str
    """`provider:model`."""
    temperature: float | None = None
    max_tokens: int | None = None


class ShippedLimits(Record):
    """Bounds that the target enforces."""

    turns: int
    tool_calls: int


class Bundle(Record):
    """Exactly what a target receives for one agent; its digest is `ships`."""

    version: Literal[1] = 1
    agent: str
    language: str
    prompt: tuple[Segment, ...]
    holes: dict[str, str]
    """Type of each hole by name."""
    opening: str | None
    model: ShippedModel
    tools: tuple[ShippedTool, ...]
    limits: ShippedLimits


class Release(Record):
    """A company in an environment."""

    version: Literal[1] = 1
    company: str
    environment: str
    agents: dict[str, str]
    """`ships` by agent id."""


class Deployment(Record):
    """One switch of a target to a release."""

    version: Literal[1] = 1
    release: str
    """Digest of the release."""
    company: str
    environment: str
    agents: dict[str, str]
    action: Literal["deploy", "rollback"]
    at: datetime
    revision: str | None
    engine: str
