"""How cases went with what is deployed, beside how they go with what would be: small enough to be signed."""

from __future__ import annotations

from kiwerk.record.base import Record
from kiwerk.record.comparison import Sampled


class BaselineCase(Record):
    """One case of today on both sides; what is deployed is base."""

    case: str
    """`suite#case`."""
    stimulus: str
    oracle: str
    """Both sides are judged by it."""
    base: Sampled
    head: Sampled
    confirmed_base: Sampled | None = None
    """Fresh samples taken in turns with head's."""
    confirmed_head: Sampled | None = None
    reason: str | None = None
    """Why the two sides cannot be compared, where they cannot."""


class BaselineFigures(Record):
    """An agent beside what is deployed of it somewhere."""

    ships: str
    """Digest of what is deployed."""
    cases: tuple[BaselineCase, ...]
    """Every case of the agent."""
    providers: tuple[str, ...]
    """Who answered in the samples of both sides, by host; sorted."""
