"""One company: the people who lead its agents, where its data goes, and the sentences it has approved."""

from __future__ import annotations

from typing import Annotated, Literal
from zoneinfo import ZoneInfo

from pydantic import AfterValidator, Field
from pydantic_core import PydanticCustomError

from kiwerk.spec.base import Day, Document, Identifier, Model, NonEmpty, PersonRef, Slug


def _zone(value: str) -> str:
    try:
        ZoneInfo(value)
    except (KeyError, ValueError, OSError):
        raise PydanticCustomError("timezone", "Unknown time zone; expected a name such as Europe/Berlin") from None
    return value


class Person(Model):
    """Somebody of the company who may own agents and processes."""

    name: NonEmpty = Field(examples=["Dr. Jana Weber"])
    """First and last name, as colleagues know it."""
    deputy: PersonRef | None = Field(default=None, examples=["empfang"])
    """Who stands in: another person of the organization."""
    escalation: bool = Field(default=False, examples=[True])
    """Whether an agent may send urgent matters to this person."""


class Processor(Model):
    """A company that processes personal data on this one's behalf (GDPR Art. 28)."""

    region: Slug = Field(examples=["eu"])
    """Where the data is processed."""
    contract: Day | None = Field(default=None, examples=["2026-03-01"])
    """Day on which the processing contract was signed, YYYY-MM-DD."""


class Organization(Document):
    """One company."""

    kind: Literal["Organization"] = Field(examples=["Organization"])
    """Always `Organization`."""
    title: NonEmpty = Field(examples=["Praxis Dr. Weber"])
    """The company's name, as a caller would hear it."""
    timezone: Annotated[str, AfterValidator(_zone)] = Field(examples=["Europe/Berlin"])
    """IANA time zone of every time written without an offset."""
    people: dict[Slug, Person] = Field(
        min_length=1, examples=[{"praxisleitung": {"name": "Dr. Jana Weber", "escalation": True}}]
    )
    """The people who lead agents, by a short name for their role."""
    processors: dict[Slug, Processor] = Field(
        default_factory=dict, examples=[{"mistral": {"region": "eu", "contract": "2026-03-01"}}]
    )
    """Companies that receive data, by the provider's name as in `model.name`."""
    phrases: dict[Identifier, NonEmpty] = Field(
        default_factory=dict, examples=[{"ki_hinweis": "Sie sprechen mit der KI-Assistentin der Praxis."}]
    )
    """Sentences approved word for word, by name."""
