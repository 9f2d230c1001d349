"""Operations an agent may call, and beside them the mock that stands in for the real system in evaluation."""

from __future__ import annotations

from typing import Any, Literal

from pydantic import Field, model_validator

from kiwerk.spec.base import Data, Document, Identifier, Model, NonEmpty

Effect = Literal["read", "write", "handover"]

ERROR_OUTCOME = "error"
"""The outcome every operation has besides those it declares."""

Fault = Literal["timeout", "server-error", "malformed", "empty"]
"""How a real system breaks down: no answer in time, HTTP status 500, an answer cut off half-way, an empty answer."""


class Operation(Model):
    """One thing the agent may do; `kalender.pruefen` is its label, `kalender__pruefen` its name on the wire."""

    description: NonEmpty = Field(examples=["Prüft, ob ein Termin frei ist."])
    """What the model is told about it."""
    effect: Effect = Field(examples=["read"])
    """Whether it only looks something up, changes something, or hands over to a human."""
    confirm: Literal["explicit"] | None = Field(default=None, examples=["explicit"])
    """`explicit`: the customer must have affirmed the values before it is called."""
    outcomes: list[Identifier] = Field(min_length=1, examples=[["frei", "belegt"]])
    """Named results; `error` always exists besides."""
    parameters: Data = Field(
        examples=[{"type": "object", "required": ["beginn"], "properties": {"beginn": {"type": "string"}}}]
    )
    """JSON Schema (2020-12) of the arguments; an object."""


class Clause(Model):
    """One answer of the mock: the first clause whose `when` is true answers.

    A string that starts with `=` is one expression over `args`, `state` and `now`; `==` writes a plain `=`. Every
    expression of a clause sees the state before the clause changes it.
    """

    when: str | bool = Field(default=True, examples=["=args.beginn in state.frei"])
    """Condition; without it the clause always matches."""
    outcome: Identifier | None = Field(default=None, examples=["frei"])
    """Which of the operation's outcomes this is; left out where `error` is set."""
    result: Any = Field(default=None, examples=[{"frei": True}])
    """What the model gets back."""
    change: Data = Field(default_factory=dict, alias="set", examples=[{"letzte": "=args.beginn"}])
    """Keys of the state that get a new value."""
    remove: Data = Field(default_factory=dict, examples=[{"frei": "=args.beginn"}])
    """Lists of the state that lose the first element equal to this."""
    append: Data = Field(default_factory=dict, examples=[{"termine": "=args"}])
    """Lists of the state that get one element more."""
    error: NonEmpty | None = Field(default=None, examples=["Kalender nicht erreichbar"])
    """The operation fails with this message; its outcome is `error`."""
    fault: Fault | None = Field(default=None, examples=["timeout"])
    """The system breaks down while it answers; its outcome is `error`, and what the clause changes is changed. `result`
    is what `malformed` cuts off half-way."""
    delay: float = Field(default=0, ge=0, le=600, examples=[2.5])
    """Seconds the real system would take; recorded, not waited for. A `timeout` takes 30 unless told."""

    @model_validator(mode="after")
    def _one_answer(self) -> Clause:
        if self.fault and self.error:
            message = "a clause has either error, with words of yours, or fault"
            raise ValueError(message)
        if self.fault not in (None, "malformed") and self.result is not None:
            message = f"nobody would get the result: the answer is lost in a fault of the kind {self.fault}"
            raise ValueError(message)
        return self


class Mock(Model):
    """A stand-in for the real system, with a state of its own per conversation. It never ships."""

    python: bool = Field(default=False, examples=[True])
    """Whether operations without clauses are answered by functions of their names, in the Python file beside this one
    that has its name."""
    state: Data = Field(default_factory=dict, examples=[{"frei": [], "termine": []}])
    """The state at the start of a conversation; a case's `given.state` is merged over it."""
    calls: dict[Identifier, list[Clause]] = Field(
        default_factory=dict,
        examples=[{"pruefen": [{"when": "=args.beginn in state.frei", "outcome": "frei", "result": {"frei": True}}]}],
    )
    """Clauses by operation, first match first."""

    @model_validator(mode="after")
    def _answers(self) -> Mock:
        if "calls" not in self.model_fields_set and not self.python:
            message = "a mock needs calls, or python: true"
            raise ValueError(message)
        return self


class Toolset(Document):
    """Operations that belong together."""

    kind: Literal["Toolset"] = Field(examples=["Toolset"])
    """Always `Toolset`."""
    operations: dict[Identifier, Operation] = Field(
        min_length=1,
        examples=[
            {
                "pruefen": {
                    "description": "Prüft, ob ein Termin frei ist.",
                    "effect": "read",
                    "outcomes": ["frei", "belegt"],
                    "parameters": {"type": "object"},
                }
            }
        ],
    )
    """The operations by name."""
    mock: Mock | None = Field(default=None, examples=[{"state": {}, "calls": {}}])
    """What answers in evaluation."""
