"""What models cost: list prices or those of a contract, by provider and model, from a day on."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field, model_validator

from kiwerk.spec.base import Day, Document, Model, NonEmpty

Amount = Annotated[float, Field(ge=0, le=1_000_000, allow_inf_nan=False)]
"""Money for a million tokens."""

ANY = "*"


class UsdRate(Model):
    """What a US dollar is worth."""

    eur: float = Field(gt=0, le=100, allow_inf_nan=False, examples=[0.85])
    """Euro for one dollar."""
    as_of: Day = Field(examples=["2025-10-01"])
    """Day of the rate, YYYY-MM-DD."""
    source: NonEmpty = Field(examples=["Europäische Zentralbank, Referenzkurs"])
    """Where the rate is from."""


class ModelPrice(Model):
    """What one model of one provider costs."""

    provider: NonEmpty = Field(examples=["mistral"])
    """Provider as samples name it: known by the host that answers, `loopback` for this machine."""
    models: list[NonEmpty] = Field(min_length=1, examples=[["mistral-small-2506"]])
    """Names of the model, without the provider; `*` alone is every model of the provider without a price of its own."""
    input: Amount = Field(examples=[0.1])
    """For a million input tokens."""
    output: Amount = Field(examples=[0.3])
    """For a million output tokens."""
    cached_input: Amount | None = Field(default=None, examples=[0.05])
    """For a million input tokens that the provider had cached; without it they cost as much as others."""
    currency: Literal["EUR", "USD"] = Field(default="EUR", examples=["USD"])
    """Currency of the three; dollars are counted in euro by the rate of the document, or else of the built-in table."""
    valid_from: Day | None = Field(default=None, examples=["2026-01-01"])
    """First day of the price, YYYY-MM-DD, so that what was spent before keeps its price; without it there is none."""
    as_of: Day = Field(examples=["2025-10-01"])
    """Day on which somebody looked, YYYY-MM-DD."""
    source: NonEmpty = Field(examples=["Rahmenvertrag vom 1. März 2026, Anlage 2"])
    """Where the price is from."""

    @model_validator(mode="after")
    def _any_alone(self) -> ModelPrice:
        if ANY in self.models and len(self.models) > 1:
            message = "models: * stands alone, since it is every model"
            raise ValueError(message)
        return self


class Prices(Document):
    """Prices of language models, which go before those that kiwerk brings."""

    kind: Literal["Prices"] = Field(examples=["Prices"])
    """Always `Prices`."""
    usd: UsdRate | None = Field(default=None, examples=[{"eur": 0.85, "as_of": "2025-10-01", "source": "EZB"}])
    """What a dollar is worth; without it the built-in table's rate counts."""
    prices: list[ModelPrice] = Field(
        min_length=1,
        examples=[
            [
                {
                    "provider": "mistral",
                    "models": ["mistral-small-2506"],
                    "input": 0.1,
                    "output": 0.3,
                    "as_of": "2026-11-02",
                    "source": "Rahmenvertrag",
                }
            ]
        ],
    )
    """What each model costs."""

    @model_validator(mode="after")
    def _consistent(self) -> Prices:
        seen = set()
        for price in self.prices:
            for name in price.models:
                key = (price.provider, name, price.valid_from)
                if key in seen:
                    message = f"two prices for {name} of {price.provider} from the same day on"
                    raise ValueError(message)
                seen.add(key)
        return self
