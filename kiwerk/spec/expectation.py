"""What a conversation must show: one kind an entry, plus how it is named, negated and weighed."""

from __future__ import annotations

import re
from functools import cached_property
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, Discriminator, Field, StringConstraints, Tag, model_validator
from pydantic_core import PydanticCustomError

from kiwerk.spec.agent import Address
from kiwerk.spec.base import Data, Identifier, JudgeRef, Model, NonEmpty, OperationRef, Slug, one_of
from kiwerk.spec.measures import CostLimit, LatencyLimit, TokenLimit

EXPECTATION_KINDS = (
    *("contains", "any_of", "all_of", "equals", "matches", "json_schema"),
    *("language", "address", "disclosure", "length", "speakable"),
    *("called", "order", "calls", "writes", "handover", "state", "process", "turns", "facts"),
    *("tokens", "cost", "latency"),
    "python",
    "judge",
)

MEASURED_KINDS = ("tokens", "cost", "latency")
"""Kinds that are only measured unless `severity` is written: what they judge depends on more than the agent."""

Language = Literal["de", "en", "es", "fr", "it", "nl", "pl", "tr"]

Texts = Annotated[list[NonEmpty], Field(min_length=2)]
"""Two or more: one alone is `contains`."""


def _pattern(value: str) -> str:
    try:
        re.compile(value)
    except re.error as error:
        raise PydanticCustomError("pattern", "Not a regular expression: {reason}", {"reason": str(error)}) from None
    return value


def _check_range(what: str, low: int | None, high: int | None) -> None:
    if low is None and high is None:
        message = f"{what} needs min or max"
        raise ValueError(message)
    if low is not None and high is not None and low > high:
        message = f"{what}: min {low} is above max {high}"
        raise ValueError(message)


def _json_schema(value: dict[str, Any]) -> dict[str, Any]:
    from jsonschema import Draft202012Validator, SchemaError

    try:
        Draft202012Validator.check_schema(value)
    except SchemaError as error:
        raise PydanticCustomError("json_schema", "Not a JSON Schema: {reason}", {"reason": error.message}) from None
    return value


class Called(Model):
    """A call of an operation, with at least these arguments."""

    tool: OperationRef = Field(examples=["kalender.pruefen"])
    """The operation."""
    arguments: Data = Field(default_factory=dict, alias="with", examples=[{"beginn": "2026-12-01T14:30"}])
    """Arguments the call must have; others are free."""


class CallCount(Model):
    """How many calls of an operation there may be."""

    tool: OperationRef = Field(examples=["kalender.pruefen"])
    """The operation."""
    min: int | None = Field(default=None, ge=0, examples=[1])
    """Fewest calls, failed ones included."""
    max: int | None = Field(default=None, ge=0, examples=[2])
    """Most calls, failed ones included."""

    @model_validator(mode="after")
    def _a_range(self) -> CallCount:
        _check_range("calls", self.min, self.max)
        if self.max == 0:
            message = "calls: max 0 is written as called, with not"
            raise ValueError(message)
        if self.max is None and self.min == 1:
            message = "calls: min 1 alone is written as called"
            raise ValueError(message)
        return self


class Length(Model):
    """How long each reply may be."""

    max_sentences: int | None = Field(default=None, ge=1, examples=[3])
    """Most sentences; a line of a list is one."""
    max_words: int | None = Field(default=None, ge=1, examples=[40])
    """Most words, numbers included."""
    max_characters: int | None = Field(default=None, ge=1, examples=[320])
    """Most characters, with runs of white space as one."""

    @model_validator(mode="after")
    def _says_something(self) -> Length:
        if self.max_sentences is None and self.max_words is None and self.max_characters is None:
            message = "length needs max_sentences, max_words or max_characters"
            raise ValueError(message)
        return self


class FactCheck(Model):
    """Which values in the replies must come from somewhere."""

    only: list[Literal["amount", "date", "time", "phone"]] = Field(
        default=["amount", "date", "time", "phone"], min_length=1, examples=[["amount"]]
    )
    """Sorts of values that are looked at; without it all four."""
    also: list[NonEmpty] = Field(default_factory=list, examples=[["45,00 €"]])
    """Texts whose values are right in this case too, such as a sum."""


# so that a mistake inside of the mapping is not told a second time as "Expected True"
Facts = Annotated[
    Annotated[Literal[True], Tag("true")] | Annotated[FactCheck, Tag("check")],
    Discriminator(lambda value: "check" if isinstance(value, dict | FactCheck) else "true"),
]


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


class PythonCheck(Model):
    """A function of a person's own that judges."""

    file: Annotated[str, StringConstraints(pattern=r"^[a-z0-9]+([_-][a-z0-9]+)*\.py$")] = Field(
        examples=["pruefungen.py"]
    )
    """Python file beside the suite."""
    function: Annotated[str, StringConstraints(pattern=r"^[a-zA-Z][a-zA-Z0-9_]*$")] = Field(examples=["nennt_preis"])
    """Its function, which may ask for `conversation` and `given`, and returns whether it holds."""
    given: Data = Field(default_factory=dict, alias="with", examples=[{"hoechstens": 2}])
    """What it is given besides."""


class TurnCount(Model):
    """How many turns the agent may take, the opening not counted."""

    min: int | None = Field(default=None, ge=0, examples=[1])
    """Fewest agent turns."""
    max: int | None = Field(default=None, ge=0, examples=[4])
    """Most agent turns."""

    @model_validator(mode="after")
    def _a_range(self) -> TurnCount:
        _check_range("turns", self.min, self.max)
        return self


class Expectation(Model):
    """One expectation, at a user turn (until the next user turn) or for the whole conversation."""

    contains: NonEmpty | None = Field(default=None, examples=["14:30 Uhr"])
    """Text that an agent's reply must contain, upper and lower case alike."""
    any_of: Texts | None = Field(default=None, examples=[["gebucht", "eingetragen"]])
    """Texts of which an agent's reply must contain at least one, upper and lower case alike."""
    all_of: Texts | None = Field(default=None, examples=[["1. Dezember", "14:30"]])
    """Texts that the agent's replies together must contain, upper and lower case alike, in any order."""
    equals: NonEmpty | None = Field(default=None, examples=["Guten Tag."])
    """Text that an agent's reply must be, word for word."""
    matches: Annotated[NonEmpty, AfterValidator(_pattern)] | None = Field(
        default=None, examples=["gebucht|eingetragen"]
    )
    """Regular expression (Python's `re`) that must be found in an agent's reply."""
    json_schema: Annotated[Data, AfterValidator(_json_schema)] | None = Field(
        default=None, examples=[{"type": "object", "required": ["kategorie"]}]
    )
    """JSON Schema (2020-12) that every reply must satisfy; the reply is the JSON alone, without a code fence."""
    language: Language | None = Field(default=None, examples=["de"])
    """The language of every reply; one of which too little is recognised, such as "Okay.", is passed over."""
    called: Called | None = Field(
        default=None, examples=[{"tool": "kalender.pruefen", "with": {"beginn": "2026-12-01T14:30"}}]
    )
    """A call the agent must have made."""
    order: Annotated[list[OperationRef], Field(min_length=2)] | None = Field(
        default=None, examples=[["kalender.pruefen", "kalender.buchen"]]
    )
    """Operations the agent must have called in this order; other calls between them are free."""
    calls: CallCount | None = Field(default=None, examples=[{"tool": "kalender.pruefen", "max": 2}])
    """How often the agent may call an operation."""
    writes: list[Annotated[dict[OperationRef, Data], Field(min_length=1, max_length=1)]] | None = Field(
        default=None, examples=[[{"kalender.buchen": {"beginn": "2026-12-01T14:30", "name": "Erika Beispiel"}}]]
    )
    """All calls of operations with `effect: write` that did not fail, in any order, each with these arguments."""
    handover: Literal[True] | None = Field(default=None, examples=[True])
    """An operation with `effect: handover` must have been called without an error."""
    state: Data | None = Field(default=None, examples=[{"kalender": {"termine": [{"name": "Erika Beispiel"}]}}])
    """What the mocks' state must contain at the end, by toolset: lists match in length and order, mappings in part."""
    process: ProcessExpectation | None = Field(default=None, examples=[{"end": "resolved"}])
    """How the process must have gone."""
    address: Address | None = Field(default=None, examples=["sie"])
    """How the agent must address people in every reply; a reply that does both is only reported."""
    disclosure: Literal[True] | None = Field(default=None, examples=[True])
    """The agent's first words, opening or first reply, must tell that it is an AI."""
    length: Length | None = Field(default=None, examples=[{"max_sentences": 3}])
    """How long each reply may be."""
    speakable: Literal[True] | None = Field(default=None, examples=[True])
    """Every reply must be fit to be read aloud: no Markdown, addresses, emoji, abbreviations or bare units."""
    turns: TurnCount | None = Field(default=None, examples=[{"max": 4}])
    """How many turns the agent may take."""
    facts: Facts | None = Field(default=None, examples=[True])
    """Every amount, date, time and phone number in the replies must come from the facts, the tools, the user or now."""
    tokens: TokenLimit | None = Field(default=None, examples=[{"max_input": 20000, "max_output": 800}])
    """How many tokens the agent may take; only measured unless `severity` is written."""
    cost: CostLimit | None = Field(default=None, examples=[{"max": 0.05}])
    """What the agent's tokens may cost in euro; only measured unless `severity` is written."""
    latency: LatencyLimit | None = Field(default=None, examples=[{"max_seconds": 3}])
    """How long each reply may take; only measured unless `severity` is written."""
    judge: JudgeRef | None = Field(default=None, examples=["geht-auf-sorgen-ein"])
    """A Judge whose language model must answer yes, or give a grade that is good enough."""
    python: PythonCheck | None = Field(default=None, examples=[{"file": "pruefungen.py", "function": "nennt_preis"}])
    """A function in Python beside the suite that must agree."""
    id: Slug | None = Field(default=None, examples=["nennt-uhrzeit"])
    """Name for reports and `trips`; without it the kind is the name."""
    negated: bool = Field(default=False, alias="not", examples=[True])
    """Whether the opposite is expected."""
    severity: Literal["block", "warn"] = Field(default="block", examples=["warn"])
    """Whether it fails the case or is only reported; `tokens`, `cost` and `latency` do neither unless it is written."""
    weight: float = Field(default=1, gt=0, le=100, examples=[2])
    """How much it counts in the case's score beside the others, above 0 to 100."""

    @model_validator(mode="after")
    def _one_kind(self) -> Expectation:
        one_of(self, EXPECTATION_KINDS, "an expectation")
        return self

    @cached_property
    def kind(self) -> str:
        """The one kind of this expectation."""
        return one_of(self, EXPECTATION_KINDS, "an expectation")

    @property
    def is_measured(self) -> bool:
        """Whether it gives a figure and no verdict."""
        return self.kind in MEASURED_KINDS and "severity" not in self.model_fields_set

    @property
    def name(self) -> str:
        """What reports and `trips` call it."""
        return self.id or self.kind
