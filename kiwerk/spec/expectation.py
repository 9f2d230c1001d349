"""What a conversation must show: one kind an entry, plus how it is named, negated and weighed."""

from __future__ import annotations

import re
from typing import Annotated, Literal

from pydantic import AfterValidator, Field, model_validator
from pydantic_core import PydanticCustomError

from kiwerk.spec.agent import Address
from kiwerk.spec.base import Data, Identifier, Model, NonEmpty, OperationRef, Slug, one_of

EXPECTATION_KINDS = ("contains", "equals", "matches", "called", "state", "process", "address", "turns")


def _pattern(value: str) -> str:
    try:
        re.compile(value)
    except re.error as error:
        raise PydanticCustomError("pattern", "Not a regular expression: {reason}", {"reason": str(error)}) from None
    return value


class Called(Model):
    """A call of an operation, with at least these arguments."""

    tool: OperationRef = Field(examples=["kalender.pruefen"])
    """The operation."""
    arguments: Data = Field(default_factory=dict, alias="with", examples=[{"beginn": "2026-12-01T14:30"}])
    """Arguments the call must have; others are free."""


class ProcessExpectation(Model):
    """How the process must have gone."""

    end: Identifier | None = Field(default=None, examples=["resolved"])
    """The end that must have been reached; `abandoned` is none of them."""
    rules: list[Slug] = Field(default_factory=list, examples=[["erst-pruefen"]])
    """Rules that must have been activated and kept; every rule is judged anyway, but may hold vacuously."""

    @model_validator(mode="after")
    def _says_something(self) -> ProcessExpectation:
        if self.end is None and not self.rules:
            message = "process needs end or rules"
            raise ValueError(message)
        return self


class TurnCount(Model):
    """How many turns the agent may take, the opening not counted."""

    min: int | None = Field(default=None, ge=0, examples=[1])
    """Fewest agent turns."""
    max: int | None = Field(default=None, ge=0, examples=[4])
    """Most agent turns."""

    @model_validator(mode="after")
    def _a_range(self) -> TurnCount:
        if self.min is None and self.max is None:
            message = "turns needs min or max"
            raise ValueError(message)
        if self.min is not None and self.max is not None and self.min > self.max:
            message = f"turns: min {self.min} is above max {self.max}"
            raise ValueError(message)
        return self


class Expectation(Model):
    """One expectation, at a user turn (until the next user turn) or for the whole conversation."""

    contains: NonEmpty | None = Field(default=None, examples=["14:30 Uhr"])
    """Text that an agent's reply must contain, upper and lower case alike."""
    equals: NonEmpty | None = Field(default=None, examples=["Guten Tag."])
    """Text that an agent's reply must be, word for word."""
    matches: Annotated[NonEmpty, AfterValidator(_pattern)] | None = Field(
        default=None, examples=["gebucht|eingetragen"]
    )
    """Regular expression (Python's `re`) that must be found in an agent's reply."""
    called: Called | None = Field(
        default=None, examples=[{"tool": "kalender.pruefen", "with": {"beginn": "2026-12-01T14:30"}}]
    )
    """A call the agent must have made."""
    state: Data | None = Field(default=None, examples=[{"kalender": {"termine": [{"name": "Erika Beispiel"}]}}])
    """What the mocks' state must contain at the end, by toolset: lists match in length and order, mappings in part."""
    process: ProcessExpectation | None = Field(default=None, examples=[{"end": "resolved"}])
    """How the process must have gone."""
    address: Address | None = Field(default=None, examples=["sie"])
    """How the agent must address people in every reply."""
    turns: TurnCount | None = Field(default=None, examples=[{"max": 4}])
    """How many turns the agent may take."""
    id: Slug | None = Field(default=None, examples=["nennt-uhrzeit"])
    """Name for reports and `trips`; without it the kind is the name."""
    negated: bool = Field(default=False, alias="not", examples=[True])
    """Whether the opposite is expected."""
    severity: Literal["block", "warn"] = Field(default="block", examples=["warn"])
    """Whether it fails the case or is only reported."""
    weight: float = Field(default=1, gt=0, le=100, examples=[2])
    """How much it counts in the case's score beside the others, above 0 to 100."""

    @model_validator(mode="after")
    def _one_kind(self) -> Expectation:
        one_of(self, EXPECTATION_KINDS, "an expectation")
        return self

    @property
    def kind(self) -> str:
        """The one kind of this expectation."""
        return one_of(self, EXPECTATION_KINDS, "an expectation")

    @property
    def name(self) -> str:
        """What reports and `trips` call it."""
        return self.id or self.kind
