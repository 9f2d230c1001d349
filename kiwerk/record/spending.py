"""What conversations took: tokens, by who spoke, and what they cost by a table of prices."""

from __future__ import annotations

from typing import Literal

from kiwerk.record.base import Record
from kiwerk.record.transcript import Transcript, Usage, sum_usage
from kiwerk.record.vote import Vote

Speaker = Literal["agent", "user", "judge"]
"""For whom a model was asked: the agent under test, a simulated user, or a judge."""


_SPEAKERS: tuple[Literal["agent", "user"], ...] = ("agent", "user")


class Spending(Record):
    """Tokens of one speaker in one conversation."""

    speaker: Speaker
    provider: str | None
    model: str | None
    """As it was asked for."""
    reported: str | None = None
    """As the provider reported it."""
    usage: Usage
    requests: int = 0


class BillItem(Record):
    """What all conversations of a run took of one model for one sort of speaker."""

    speaker: Speaker
    provider: str | None
    model: str | None
    conversations: int
    requests: int
    usage: Usage
    eur: float | None = None
    """Absent where no price is known: it never cost nothing."""


class Bill(Record):
    """What a run spent; conversations of earlier runs that it used again cost nothing now."""

    items: tuple[BillItem, ...] = ()
    eur: float | None = None
    """All together; absent where the price of a model is not known, or nothing was spent."""
    prices: str | None = None
    """Digest of the prices that it was reckoned by."""

    @property
    def usage(self) -> Usage:
        """Tokens of all together."""
        return sum_usage(item.usage for item in self.items)


def find_spending(transcript: Transcript) -> tuple[Spending, ...]:
    """What a conversation took for the agent and for a simulated user; nothing where nobody was asked.

    What was read out, a replay or an import, was paid for by whoever held it first.
    """
    source, simulation = transcript.source, transcript.simulation
    spoken = [turn for turn in transcript.turns if turn.usage is not None]
    found = []
    for speaker in _SPEAKERS if source.is_live else ():
        own = [turn for turn in spoken if turn.role == speaker]
        usages = [turn.usage for turn in own]
        if speaker == "user" and simulation is not None:
            usages.append(simulation.unspoken)
        if not any(usages):
            continue
        who = source if speaker == "agent" else simulation
        found.append(
            Spending(
                speaker=speaker,
                provider=who.provider if who else None,
                model=who.model if who else None,
                reported=who.reported if who else None,
                usage=sum_usage(usages),
                requests=sum(turn.attempts or 0 for turn in own),
            )
        )
    return tuple(found)


def describe_vote(vote: Vote) -> Spending:
    """What one vote of a judge took."""
    return Spending(
        speaker="judge",
        provider=vote.source.provider,
        model=vote.source.model,
        reported=vote.source.reported,
        usage=vote.usage or Usage(),
        requests=vote.attempts or 0,
    )
