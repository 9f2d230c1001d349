"""Limits of what a conversation takes: tokens, euro and seconds."""

from __future__ import annotations

from pydantic import Field, model_validator

from kiwerk.spec.base import Model


class TokenLimit(Model):
    """How many tokens the agent may take, all its requests together."""

    max_input: int | None = Field(default=None, ge=1, examples=[20000])
    """Most input tokens: prompt, tools and what was said, sent again with every request."""
    max_output: int | None = Field(default=None, ge=1, examples=[800])
    """Most output tokens: words and calls."""
    max: int | None = Field(default=None, ge=1, examples=[20000])
    """Most tokens of both."""

    @model_validator(mode="after")
    def _says_something(self) -> TokenLimit:
        if self.max_input is None and self.max_output is None and self.max is None:
            message = "tokens needs max, max_input or max_output"
            raise ValueError(message)
        return self


class CostLimit(Model):
    """What the agent's tokens may cost."""

    max: float = Field(gt=0, le=1_000_000, allow_inf_nan=False, examples=[0.05])
    """Most euro."""


class LatencyLimit(Model):
    """How long each reply may take."""

    max_seconds: float | None = Field(default=None, gt=0, le=86_400, allow_inf_nan=False, examples=[3])
    """Most seconds from the user's words to the whole reply, calls included."""
    first_token_max_seconds: float | None = Field(default=None, gt=0, le=86_400, allow_inf_nan=False, examples=[0.8])
    """Most seconds from the user's words to the first piece of the reply."""

    @model_validator(mode="after")
    def _says_something(self) -> LatencyLimit:
        if self.max_seconds is None and self.first_token_max_seconds is None:
            message = "latency needs max_seconds or first_token_max_seconds"
            raise ValueError(message)
        return self
