"""A language model that answers one question about a conversation: what is asked, who answers, how often."""

from __future__ import annotations

from typing import Literal

from pydantic import Field, model_validator

from kiwerk.spec.agent import ModelSettings
from kiwerk.spec.base import Document, Model, NonEmpty


class Scale(Model):
    """Grades in place of yes and no."""

    points: int = Field(ge=3, le=10, examples=[5])
    """Best grade; the worst is 1."""
    min: int = Field(ge=2, le=10, examples=[4])
    """Lowest grade that is good enough."""

    @model_validator(mode="after")
    def _within(self) -> Scale:
        if self.min > self.points:
            message = f"scale: min {self.min} is above the best grade, {self.points}"
            raise ValueError(message)
        return self


class Judge(Document):
    """A question about conversations that a language model answers."""

    kind: Literal["Judge"] = Field(examples=["Judge"])
    """Always `Judge`."""
    rubric: NonEmpty = Field(examples=["Geht der Agent auf die Sorge des Anrufers ein, bevor er nach Daten fragt?"])
    """The question, in words: to be answered by yes where all is well, or by a grade."""
    model: ModelSettings = Field(examples=[{"name": "mistral:mistral-large-2411", "temperature": 0}])
    """Who answers; another model than the agent's own, which is kind to its own words."""
    scale: Scale | None = Field(default=None, examples=[{"points": 5, "min": 4}])
    """Grades, and which of them is good enough; without it the answer is yes or no."""
    votes: int = Field(default=1, ge=1, le=15, examples=[3])
    """How often the question is asked about each conversation, an odd number: more than half must agree."""

    @model_validator(mode="after")
    def _odd(self) -> Judge:
        if self.votes % 2 == 0:
            message = f"votes: {self.votes} can end in a tie; take an odd number"
            raise ValueError(message)
        return self

    def is_on_scale(self, answer: object) -> bool:
        """Whether something is an answer to the question: yes or no, or a grade."""
        if self.scale is None:
            return answer in ("yes", "no")
        return isinstance(answer, int) and not isinstance(answer, bool) and 1 <= answer <= self.scale.points

    def is_good(self, answer: str | int) -> bool:
        """Whether an answer, a model's or a person's, is good enough.

        Raises:
            ValueError: it is not on the scale.
        """
        if not self.is_on_scale(answer):
            message = f"{answer!r} is not on the judge's scale"
            raise ValueError(message)
        return answer == "yes" if self.scale is None else int(answer) >= self.scale.min
