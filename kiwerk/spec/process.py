"""How a matter is handled: what is asked, in which order things happen, where it ends, what must never happen."""

from __future__ import annotations

from functools import lru_cache
from typing import Literal

from pydantic import Field, model_validator

from kiwerk.spec.base import (
    Day,
    Document,
    Duration,
    EventRef,
    Identifier,
    Model,
    NonEmpty,
    OperationRef,
    PersonRef,
    Slug,
    one_of,
)
from kiwerk.spec.toolset import ERROR_OUTCOME

BRANCH_WORDS = {"confirm": ("affirmed", "refused", "unclear"), "collect": ("given", "unwilling")}
"""What a step can result in, by its kind; a `call` results in one of its operation's outcomes."""

STEP_KINDS = ("call", "confirm", "collect", "instruct")
RULE_KINDS = ("precedence", "response", "absence", "init")


class Slot(Model):
    """Something the process has to find out."""

    type: Literal["text", "phone", "email", "date", "time", "datetime", "number", "choice"] = Field(
        examples=["datetime"]
    )
    """What kind of value it is."""
    required: bool = Field(default=False, examples=[True])
    """Whether the process cannot finish without it."""
    pii: Literal["identity", "contact", "health", "financial"] | None = Field(default=None, examples=["contact"])
    """Class of personal data; health data is a special category (GDPR Art. 9)."""
    retention: Duration | None = Field(default=None, examples=["30d"])
    """How long the value is kept."""
    options: list[NonEmpty] | None = Field(default=None, min_length=1, examples=[["gesetzlich", "privat"]])
    """The values of a `choice`."""

    @model_validator(mode="after")
    def _options_only_for_choice(self) -> Slot:
        if (self.type == "choice") is not (self.options is not None):
            message = "options go with type: choice, and only with it"
            raise ValueError(message)
        return self


class Branch(Model):
    """Where the process goes on: `{when: frei, then: anbieten}`, and last `{else: uebergeben}`."""

    when: Identifier | None = Field(default=None, examples=["frei"])
    """What the step resulted in."""
    then: Slug | None = Field(default=None, examples=["anbieten"])
    """The step that follows then."""
    otherwise: Slug | None = Field(default=None, alias="else", examples=["uebergeben"])
    """The step that follows in every other case."""

    @model_validator(mode="after")
    def _one_form(self) -> Branch:
        conditional = self.when is not None and self.then is not None and self.otherwise is None
        fallback = self.when is None and self.then is None and self.otherwise is not None
        if not (conditional or fallback):
            message = "a branch is either {when: …, then: …} or {else: …}"
            raise ValueError(message)
        return self

    @property
    def target(self) -> str:
        """Id of the step this branch leads to."""
        return self.then or self.otherwise or ""


@lru_cache(maxsize=4096)
def _follow(step: str) -> Branch:
    """The branch that a plain `next: step` stands for; every rule about the ways of a process asks."""
    return Branch.model_validate({"else": step})


class Step(Model):
    """One step: an operation to call, values to confirm, slots to collect, or prose for the model."""

    id: Slug = Field(examples=["pruefen"])
    """Name of the step within the process."""
    call: OperationRef | None = Field(default=None, examples=["kalender.pruefen"])
    """Operation to call."""
    confirm: list[Identifier] | None = Field(default=None, min_length=1, examples=[["wunschtermin"]])
    """Slots whose values the customer must affirm."""
    collect: list[Identifier] | None = Field(default=None, min_length=1, examples=[["wunschtermin", "name"]])
    """Slots to ask for."""
    instruct: NonEmpty | None = Field(default=None, examples=["Termin wiederholen und verabschieden."])
    """What to do, in words; not observable and outside coverage."""
    arguments: dict[Identifier, Identifier] = Field(
        default_factory=dict, alias="with", examples=[{"beginn": "wunschtermin"}]
    )
    """Which slot fills which argument of the operation."""
    next: list[Branch] | Slug | None = Field(
        default=None, examples=[[{"when": "frei", "then": "anbieten"}, {"else": "uebergeben"}]]
    )
    """The step that follows: one step, or branches of which the last is `else`."""
    end: Identifier | None = Field(default=None, examples=["resolved"])
    """The end that is reached here."""

    @model_validator(mode="after")
    def _one_kind(self) -> Step:
        if one_of(self, STEP_KINDS, "a step") != "call" and self.arguments:
            message = "with goes with call: it ties arguments of an operation to slots"
            raise ValueError(message)
        if (self.next is None) is (self.end is None):
            message = "a step either goes on with next or reaches an end"
            raise ValueError(message)
        return self

    @property
    def branches(self) -> tuple[Branch, ...]:
        """The ways out of this step; a plain `next: step` is one `else`."""
        if isinstance(self.next, str):
            return (_follow(self.next),)
        return tuple(self.next or ())


class End(Model):
    """How one sees that the process ended this way."""

    after: EventRef | list[EventRef] = Field(examples=["kalender.buchen:ok"])
    """The event, or any of the events, after which this end is reached; the last one in a conversation wins."""

    @property
    def events(self) -> tuple[str, ...]:
        """The events after which this end is reached."""
        return (self.after,) if isinstance(self.after, str) else tuple(self.after)


class Correlation(Model):
    """Which events belong together."""

    same: list[Identifier] = Field(min_length=1, examples=[["beginn"]])
    """Arguments that must be equal in both calls."""


class OrderRule(Model):
    """A rule over the order of events: a DECLARE template (Pesic and van der Aalst 2006)."""

    id: Slug = Field(examples=["erst-pruefen"])
    """Name of the rule within the process."""
    precedence: tuple[EventRef, EventRef] | None = Field(
        default=None, examples=[["kalender.pruefen:frei", "kalender.buchen"]], strict=False
    )
    """The second event happens only after the first one."""
    response: tuple[EventRef, EventRef] | None = Field(
        default=None, examples=[["kalender.stornieren:ok", "kalender.pruefen"]], strict=False
    )
    """The first event is followed by the second one, sooner or later."""
    absence: tuple[EventRef, int] | None = Field(default=None, examples=[["kalender.buchen:ok", 2]], strict=False)
    """The event happens fewer than this many times."""
    init: EventRef | None = Field(default=None, examples=["patienten.identifizieren"])
    """The first event of the conversation, if there is any."""
    where: Correlation | None = Field(default=None, examples=[{"same": ["beginn"]}])
    """Which events of a precedence or response belong together."""
    severity: Literal["block", "warn"] = Field(default="block", examples=["block"])
    """Whether breaking the rule fails the case or is only reported."""

    @model_validator(mode="after")
    def _one_template(self) -> OrderRule:
        kind = one_of(self, RULE_KINDS, "a rule")
        if self.where is not None and kind not in ("precedence", "response"):
            message = "where goes with precedence and response"
            raise ValueError(message)
        if self.absence is not None and self.absence[1] < 1:
            message = "absence needs a count of at least 1"
            raise ValueError(message)
        return self

    @property
    def template(self) -> str:
        """Name of the DECLARE template."""
        return one_of(self, RULE_KINDS, "a rule")

    @property
    def events(self) -> tuple[str, ...]:
        """The events the rule speaks of, in the order written."""
        if self.absence is not None:
            return (self.absence[0],)
        if self.init is not None:
            return (self.init,)
        return self.precedence or self.response or ()


class Process(Document):
    """How one matter is handled."""

    kind: Literal["Process"] = Field(examples=["Process"])
    """Always `Process`."""
    title: NonEmpty = Field(examples=["Terminvereinbarung"])
    """What colleagues call it."""
    owner: PersonRef | None = Field(default=None, examples=["praxisleitung"])
    """Who answers for it: a person of the organization."""
    reviewed: Day = Field(examples=["2026-11-02"])
    """Day of the last review, YYYY-MM-DD."""
    review_every: Duration = Field(examples=["90d"])
    """Longest time between two reviews."""
    goal: NonEmpty = Field(examples=["Der Anrufer hat einen bestätigten Termin oder spricht mit einem Menschen."])
    """What has been achieved when the process went well."""
    slots: dict[Identifier, Slot] = Field(
        default_factory=dict, examples=[{"wunschtermin": {"type": "datetime", "required": True}}]
    )
    """What has to be found out, by name."""
    steps: list[Step] = Field(min_length=1, examples=[[{"id": "pruefen", "call": "kalender.pruefen", "end": "ok"}]])
    """The steps; the process starts with the first."""
    ends: dict[Identifier, End] = Field(min_length=1, examples=[{"resolved": {"after": "kalender.buchen:ok"}}])
    """The ways it may end; a conversation in which none is reached was `abandoned`."""
    rules: list[OrderRule] = Field(
        default_factory=list, examples=[[{"id": "nur-einmal", "absence": ["kalender.buchen:ok", 2]}]]
    )
    """What must hold in every conversation that follows this process."""


ABANDONED = "abandoned"
"""The end of a conversation in which none of the process's ends was reached."""

__all__ = ["ABANDONED", "BRANCH_WORDS", "ERROR_OUTCOME", "OrderRule", "Process", "Slot", "Step"]
