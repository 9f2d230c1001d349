"""Knowledge as data, with where it comes from and how long it holds."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from kiwerk.spec.base import Data, Day, Document, NonEmpty


class Facts(Document):
    """What an agent may say is so; prompts read it as `facts.<name>.<key>`."""

    kind: Literal["Facts"] = Field(examples=["Facts"])
    """Always `Facts`."""
    source: NonEmpty = Field(examples=["Aushang Praxis"])
    """Where somebody can look it up."""
    valid_until: Day = Field(examples=["2027-01-31"])
    """Last day on which it holds, YYYY-MM-DD."""
    values: Data = Field(min_length=1, examples=[{"sprechzeit": "Montag bis Freitag 08:00 bis 17:00 Uhr"}])
    """The knowledge, by key."""
