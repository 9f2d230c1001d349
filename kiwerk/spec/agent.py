"""One AI employee: who leads it, what it may do, what it knows and how it is told."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from kiwerk.spec.base import (
    Document,
    Duration,
    FactsRef,
    Identifier,
    Model,
    NonEmpty,
    PersonRef,
    PhraseRef,
    ProcessRef,
    ToolsetRef,
)

HoleType = Literal["date", "time", "datetime", "phone", "text"]
"""What a hole is filled with: a moment written in the agent's language, a phone number, or text as it comes."""

Address = Literal["sie", "du"]


class ModelSettings(Model):
    """The language model and how it is asked."""

    name: str = Field(pattern=r"^[a-z0-9][a-z0-9-]*:\S+$", examples=["mistral:mistral-small-2506"])
    """Provider and dated model, joined by a colon."""
    temperature: float | None = Field(default=None, ge=0, le=2, examples=[0.2])
    """Sampling temperature, 0 to 2; without it the provider's own default."""
    max_tokens: int | None = Field(default=None, ge=1, examples=[800])
    """Longest reply in tokens; without it the provider's own limit."""


class Scope(Model):
    """What the agent is there for, and what it must leave to others."""

    inside: list[NonEmpty] = Field(alias="in", min_length=1, examples=[["Terminvereinbarung", "Öffnungszeiten"]])
    """Subjects it deals with."""
    outside: list[NonEmpty] = Field(default_factory=list, alias="out", examples=[["medizinische Beratung"]])
    """Subjects it must not deal with."""


class Limits(Model):
    """Bounds that a target enforces while the agent works; they ship with it."""

    turns: int = Field(default=30, ge=1, le=200, examples=[30])
    """Most agent turns in one conversation."""
    tool_calls: int = Field(default=10, ge=1, le=100, examples=[10])
    """Most tool calls within one turn."""


class DataProtection(Model):
    """Why personal data is processed here (GDPR Art. 30)."""

    purpose: NonEmpty = Field(examples=["Vereinbarung von Behandlungsterminen"])
    """What the data is used for."""
    legal_basis: NonEmpty = Field(examples=["Art. 6 Abs. 1 lit. b DSGVO"])
    """The article that allows it."""
    retention: Duration = Field(examples=["30d"])
    """How long conversations are kept."""


class Agent(Document):
    """One AI employee."""

    kind: Literal["Agent"] = Field(examples=["Agent"])
    """Always `Agent`."""
    title: NonEmpty = Field(examples=["Telefonempfang"])
    """The agent's role, as it introduces itself."""
    owner: PersonRef | None = Field(default=None, examples=["praxisleitung"])
    """Who leads this agent: a person of the organization."""
    channel: Literal["phone", "email", "chat", "internal"] = Field(examples=["phone"])
    """Where people meet it; every channel but `internal` is public."""
    language: str = Field(pattern=r"^[a-z]{2}$", examples=["de"])
    """Language it speaks, ISO 639-1."""
    address: Address | None = Field(default=None, examples=["sie"])
    """How it addresses people in German: formally (`sie`) or informally (`du`)."""
    model: ModelSettings = Field(examples=[{"name": "mistral:mistral-small-2506", "temperature": 0.2}])
    """The language model and its parameters."""
    scope: Scope | None = Field(
        default=None, examples=[{"in": ["Terminvereinbarung"], "out": ["medizinische Beratung"]}]
    )
    """What it deals with, and what it leaves to others."""
    processes: list[ProcessRef] = Field(default_factory=list, examples=[["terminvereinbarung"]])
    """The processes it follows."""
    tools: list[ToolsetRef] = Field(default_factory=list, examples=[["kalender", "shared/uebergabe"]])
    """The toolsets it may use."""
    facts: list[FactsRef] = Field(default_factory=list, examples=[["oeffnungszeiten"]])
    """The facts its prompt may read."""
    runtime: dict[Identifier, HoleType] = Field(default_factory=dict, examples=[{"heute": "date"}])
    """Holes that are filled when a conversation starts, by name."""
    opening: PhraseRef | None = Field(default=None, examples=["ki_hinweis"])
    """Phrase of the organization that it speaks first, word for word."""
    limits: Limits = Field(default_factory=Limits, examples=[{"turns": 30, "tool_calls": 10}])
    """Bounds of one conversation."""
    data_protection: DataProtection | None = Field(
        default=None,
        examples=[
            {
                "purpose": "Vereinbarung von Behandlungsterminen",
                "legal_basis": "Art. 6 Abs. 1 lit. b DSGVO",
                "retention": "30d",
            }
        ],
    )
    """Why it processes personal data."""
    prompt: NonEmpty = Field(examples=["Du bist der {{ agent.title }} von {{ organization.title }}."])
    """What the model is told: a Jinja template over agent, organization, facts, processes and runtime."""
