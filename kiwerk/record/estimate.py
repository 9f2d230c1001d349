"""What a run would take, before anything is spent."""

from __future__ import annotations

from kiwerk.record.base import Record
from kiwerk.record.spending import Speaker


class Range(Record):
    """At least, and most likely at most."""

    low: float = 0
    high: float = 0

    def __add__(self, other: Range) -> Range:
        return Range(low=self.low + other.low, high=self.high + other.high)


class Expected(Record):
    """What a conversation with a model will most likely take."""

    requests: Range = Range()
    input_tokens: Range = Range()
    output_tokens: Range = Range()
    cost_eur: Range | None = None
    """Absent where no price is known, and where no model is asked."""
    samples: int = 0
    """Stored samples of the case that it is taken from; with none it is reckoned from the length of the prompt."""


class HelperEstimate(Record):
    """What simulated users or judges of one model will most likely take, by the length of what they are told."""

    speaker: Speaker
    model: str
    """As `provider model`."""
    requests: Range
    input_tokens: Range
    output_tokens: Range
    cost_eur: Range | None = None
    """Absent where no price is known."""


class Estimate(Record):
    """What a run would take, before anything is spent."""

    references: int
    counterexamples: int
    model: int
    """Conversations with a model, or with whoever else is asked."""
    calls: int
    """Requests to the model at least: one for each user turn, and one more for each call the reference makes."""
    skipped: int
    simulated: int = 0
    """Conversations among those with a model whose user another model plays."""
    user_calls: int = 0
    """Requests to that model at most, those of conversations that are held again included."""
    votes: int = 0
    """Questions to judging models at most: what was judged before in the same words is not asked again. In none of the
    figures that follow, as those of simulated users; `helpers` has both."""
    reused: int = 0
    """Conversations with a model that stored samples stand for: they cost nothing, and are not in what follows."""
    sampled: int = 0
    """Conversations whose tokens are those of stored samples of the same case; those of the others are reckoned."""
    requests: Range = Range()
    input_tokens: Range = Range()
    output_tokens: Range = Range()
    cost_eur: Range | None = None
    """Absent where the price of a model is not known."""
    unpriced: tuple[str, ...] = ()
    """Models that no price is known for, each as `provider model`."""
    priced_by: tuple[str, ...] = ()
    """Where the prices are from, each with its day."""
    helpers: tuple[HelperEstimate, ...] = ()
    """Simulated users and judges, who are in none of the tokens and euro above."""
    all_eur: Range | None = None
    """Agents, simulated users and judges together; absent where the price of a model is not known."""
