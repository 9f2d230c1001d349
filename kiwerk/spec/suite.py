"""Evaluation cases for one agent, each with the agent's side written by a person and edits that must be noticed."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field, StringConstraints, model_validator

from kiwerk.spec.agent import ModelSettings
from kiwerk.spec.base import (
    AgentRef,
    Data,
    Document,
    Identifier,
    Model,
    Moment,
    NonEmpty,
    OperationRef,
    ProcessRef,
    Slug,
)
from kiwerk.spec.expectation import Expectation
from kiwerk.spec.toolset import Fault


class Given(Model):
    """The world in which a conversation happens."""

    now: Moment | None = Field(default=None, examples=["2026-11-27T10:00"])
    """When it starts; without an offset in the organization's time zone."""
    state: Data = Field(default_factory=dict, examples=[{"kalender": {"frei": ["2026-12-01T14:30"]}}])
    """State of the mocks by toolset; mappings are merged over the mock's own, lists replace."""
    faults: dict[OperationRef, Fault | list[Fault | None]] = Field(
        default_factory=dict, examples=[{"kalender.pruefen": "timeout", "kalender.buchen": [None, "server-error"]}]
    )
    """How operations break down, in place of what their mock says: one word for every call, or a list, call by call
    (`null` for one that works; after the list all do). A case's replace the suite's, operation by operation."""
    runtime: dict[Identifier, NonEmpty] = Field(default_factory=dict, examples=[{"anrufer": "030 23125 042"}])
    """Values of the agent's holes; date and time come from `now` unless given here."""


class Persona(Model):
    """How a simulated user behaves."""

    style: NonEmpty = Field(examples=["kurz angebunden, fällt ins Wort"])
    """Manner of speaking, in words."""
    level: Literal["A1", "A2", "B1", "B2", "C1", "C2", "native"] = Field(default="native", examples=["B1"])
    """Command of the language (CEFR)."""
    patience: int = Field(default=10, ge=1, le=100, examples=[8])
    """Agent turns without the goal reached after which the user gives up."""


class UserTurn(Model):
    """What the user says next."""

    user: str = Field(examples=["Guten Tag, einen Termin bitte."])
    """The words; empty for silence."""
    expect: list[Expectation] = Field(default_factory=list, examples=[[{"contains": "Termin"}]])
    """What must show between this turn and the next user turn."""


UserCheck = Literal["invented", "changed-sides", "ended-early"]
"""What a simulated user may be looked at for: each is an error of its own, never the agent's."""


class Simulation(Model):
    """A user played by a model."""

    persona: Identifier = Field(examples=["eilig"])
    """One of the suite's personas."""
    goal: NonEmpty = Field(examples=["Termin am Montag um neun"])
    """What the user wants."""
    max_turns: int = Field(ge=1, le=100, examples=[8])
    """User turns after which the conversation is cut off."""
    knows: Data = Field(default_factory=dict, examples=[{"name": "Max Muster"}])
    """All the user knows; nothing else may be invented. Moments are told as people say them."""
    unchecked: dict[UserCheck, NonEmpty] = Field(
        default_factory=dict, examples=[{"invented": "The caller is to guess a day of his own"}]
    )
    """Errors of the simulated user that are let pass here, each with the reason."""


class Simulator(Model):
    """Who plays the users of a suite."""

    model: ModelSettings = Field(examples=[{"name": "mistral:mistral-medium-2505", "temperature": 0.7}])
    """The language model and its parameters."""


Calls = list[dict[OperationRef, Data]]
"""Tool calls in order, each `{operation: arguments}`."""


def _single_calls(calls: Calls | None) -> None:
    if any(len(call) != 1 for call in calls or ()):
        message = "each call is one {operation: arguments}"
        raise ValueError(message)


class ReferenceTurn(Model):
    """The agent's side of one turn: its calls in order, then what it says."""

    call: Calls = Field(default_factory=list, examples=[[{"kalender.pruefen": {"beginn": "2026-12-01T14:30"}}]])
    """Tool calls; the results come from the mock."""
    say: NonEmpty = Field(examples=["Dienstag, 14:30 Uhr ist frei. Soll ich buchen?"])
    """The reply."""

    @model_validator(mode="after")
    def _calls(self) -> ReferenceTurn:
        _single_calls(self.call)
        return self


Trip = Annotated[str, StringConstraints(pattern=r"^[a-z0-9]+([-_][a-z0-9]+)*$")]
"""Name of an expectation (its id or kind) or of a rule."""


class Counterexample(Model):
    """An edit of the reference that the case must notice, by these expectations and rules and no others."""

    id: Slug = Field(examples=["blind-gebucht"])
    """Name within the case."""
    drop: OperationRef | None = Field(default=None, examples=["kalender.pruefen"])
    """Operation whose calls are left out."""
    say: dict[str, NonEmpty] = Field(default_factory=dict, examples=[{"2": "Dein Termin ist gebucht."}])
    """Other words, by agent turn from 1."""
    call: dict[str, Calls] = Field(default_factory=dict, examples=[{"2": []}])
    """Other calls, by agent turn from 1."""
    until: int | None = Field(default=None, ge=1, examples=[1])
    """Agent turn from 1 after which the conversation ends; what stands at later user turns is not judged."""
    trips: list[Trip] = Field(min_length=1, examples=[["erst-pruefen", "called"]])
    """Expectations, by id or kind, and rules, by id, that must fail."""

    @model_validator(mode="after")
    def _an_edit(self) -> Counterexample:
        if self.drop is None and not self.say and not self.call and self.until is None:
            message = "a counterexample needs drop, say, call or until"
            raise ValueError(message)
        for calls in self.call.values():
            _single_calls(calls)
        return self


class Case(Model):
    """One situation the agent must master."""

    id: Slug = Field(examples=["dienstag-halb-drei"])
    """Name within the suite; a case is its id, never its position."""
    description: str | None = Field(default=None, examples=["Umgangssprachliche Uhrzeit"])
    """A note for colleagues."""
    formerly: str | None = Field(default=None, examples=["halb-drei"])
    """The id it had before it was renamed."""
    tags: list[Slug] = Field(default_factory=list, examples=[["critical"]])
    """Words to select it by."""
    process: ProcessRef | None = Field(default=None, examples=["terminvereinbarung"])
    """The process whose rules are judged; without it those of all the agent's processes, `init` excepted."""
    given: Given = Field(default_factory=Given, examples=[{"state": {"kalender": {"frei": ["2026-12-01T14:30"]}}}])
    """The world of this case, merged over the suite's."""
    conversation: list[UserTurn] = Field(default_factory=list, examples=[[{"user": "Guten Tag."}]])
    """What the user says, turn by turn."""
    simulate: Simulation | None = Field(
        default=None, examples=[{"persona": "eilig", "goal": "Termin am Montag um neun", "max_turns": 8}]
    )
    """A user played by a model, in place of `conversation`."""
    expect: list[Expectation] = Field(default_factory=list, examples=[[{"process": {"end": "resolved"}}]])
    """What the whole conversation must show."""
    reference: list[ReferenceTurn] = Field(default_factory=list, examples=[[{"say": "Guten Tag."}]])
    """The agent's side, written by a person: one entry for each agent turn."""
    counterexamples: list[Counterexample] = Field(
        default_factory=list, examples=[[{"id": "geduzt", "say": {"1": "Hallo du."}, "trips": ["address"]}]]
    )
    """Edits of the reference that must be noticed."""

    @model_validator(mode="after")
    def _consistent(self) -> Case:
        if bool(self.conversation) is (self.simulate is not None):
            message = "a case needs either conversation or simulate"
            raise ValueError(message)
        if self.reference and len(self.reference) != len(self.conversation):
            message = (
                f"the reference has {len(self.reference)} turns, the conversation {len(self.conversation)}: "
                "one entry answers one user turn"
            )
            raise ValueError(message)
        if self.counterexamples and not self.reference:
            message = "a counterexample edits the reference, and there is none"
            raise ValueError(message)
        for counterexample in self.counterexamples:
            self._check_turns(counterexample)
        return self

    def _check_turns(self, counterexample: Counterexample) -> None:
        last = len(self.reference)
        if counterexample.until is not None:
            if counterexample.until >= last:
                message = f"counterexample {counterexample.id}: until must be below {last}, where the reference ends"
                raise ValueError(message)
            last = counterexample.until
        for turn in (*counterexample.say, *counterexample.call):
            if turn not in {str(number + 1) for number in range(last)}:
                message = f"counterexample {counterexample.id}: there is no agent turn {turn}"
                raise ValueError(message)

    @property
    def expectations(self) -> tuple[tuple[int | None, Expectation], ...]:
        """Every expectation with the user turn it stands at (from 0), or None for the whole conversation."""
        at_turns = [(number, entry) for number, turn in enumerate(self.conversation) for entry in turn.expect]
        return (*at_turns, *((None, entry) for entry in self.expect))


class Suite(Document):
    """Evaluation cases for one agent."""

    kind: Literal["Suite"] = Field(examples=["Suite"])
    """Always `Suite`."""
    agent: AgentRef = Field(examples=["empfang"])
    """The agent under test."""
    given: Given = Field(default_factory=Given, examples=[{"now": "2026-11-27T10:00"}])
    """The world of every case, unless the case says otherwise."""
    personas: dict[Identifier, Persona] = Field(
        default_factory=dict, examples=[{"eilig": {"style": "kurz angebunden", "level": "B1", "patience": 8}}]
    )
    """People a model can play."""
    simulator: Simulator | None = Field(
        default=None, examples=[{"model": {"name": "mistral:mistral-medium-2505", "temperature": 0.7}}]
    )
    """The model that plays them, at the same endpoint; without it the agent's own model and parameters."""
    cases: list[Case] = Field(min_length=1, examples=[[{"id": "gruss", "conversation": [{"user": "Guten Tag."}]}]])
    """The cases."""
