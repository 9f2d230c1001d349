"""Attempts: a conversation whose simulated user erred is held again, a few times at most, and every attempt is kept.

In the store the first attempt has the conversation's position in the plan, and each further one a position beyond
the plan, by whole lengths of it: so that a run that is carried on knows how many there were.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from kiwerk.record import Replaced, find_spending

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from kiwerk.record import Conversation, Result, Spending, Transcript
    from kiwerk.run.plan import Planned

MOST_REPLACED = 2
"""How often one sample is held again: a user that errs three times in a row will not do better."""


@dataclass(frozen=True, slots=True)
class Attempts:
    """What there is of each planned conversation."""

    plan: Sequence[Planned]
    held: Mapping[int, tuple[str, Transcript]]
    """By position in the store; may grow."""

    def position_of(self, place: int) -> int:
        """Position in the plan of what stands at a place in the store."""
        return place % len(self.plan)

    def find_next(self, position: int) -> int | None:
        """Where the next attempt at a conversation goes in the store; None where there is nothing more to hold."""
        made = self._find(position)
        if made and (made[-1][1].fault != "user" or len(made) > MOST_REPLACED):
            return None
        return position + len(made) * len(self.plan)

    def name(self, place: int) -> Conversation:
        """The conversation at a place: a further attempt is a repetition that no planned one has."""
        planned = self.plan[self.position_of(place)].conversation
        if place < len(self.plan):
            return planned
        samples = sum(
            (item.conversation.agent, item.conversation.case, item.conversation.origin)
            == (planned.agent, planned.case, planned.origin)
            for item in self.plan
        )
        return planned.model_copy(update={"repetition": planned.repetition + place // len(self.plan) * samples})

    def settled(self) -> dict[int, tuple[str, Transcript]]:
        """The last attempt at each conversation, by position in the plan."""
        return {position: made[-1] for position in range(len(self.plan)) if (made := self._find(position))}

    def replaced(self, position: int) -> tuple[Replaced, ...]:
        """The attempts before the last."""
        return tuple(
            Replaced(transcript=name, errors=transcript.simulation.errors if transcript.simulation else ())
            for name, transcript in self._find(position)[:-1]
        )

    def complete(self, results: Sequence[Result]) -> tuple[Result, ...]:
        """The results, with the earlier attempts and what they took.

        Args:
            results: in the plan's order; what was never held has none.
        """
        shown = (number for number, item in enumerate(self.plan) if number in self.held or item.skipped is not None)
        return tuple(
            result.model_copy(update={"replaced": earlier, "spent": self._find_spent(position)})
            if (earlier := self.replaced(position))
            else result
            for position, result in zip(shown, results, strict=True)
        )

    def _find_spent(self, position: int) -> tuple[Spending, ...]:
        return tuple(spent for _, transcript in self._find(position) for spent in find_spending(transcript))

    def _find(self, position: int) -> list[tuple[str, Transcript]]:
        found = []
        while position in self.held:
            found.append(self.held[position])
            position += len(self.plan)
        return found
