"""From a judge's votes to one answer: only what more than half of all wanted votes say, never a guess.

Where there are more votes than wanted, as after stores were united, the answer is what any choice among them would say.
So nobody can choose, and the order in which votes came means nothing.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from kiwerk.record import Answer, Vote
    from kiwerk.spec import Judge


@dataclass(frozen=True, slots=True)
class Ballot:
    """The votes about one conversation, as far as they were cast."""

    judge: Judge
    votes: tuple[Vote, ...]
    """All that count, perhaps more than the judge wants."""

    @property
    def missing(self) -> int:
        """Votes that were not asked for yet."""
        return max(self.judge.votes - len(self.votes), 0)

    @property
    def unusable(self) -> tuple[Vote, ...]:
        """Votes that hold no answer."""
        return tuple(vote for vote in self.votes if vote.answer is None)

    @property
    def answers(self) -> tuple[Answer, ...]:
        """What was answered, in the order of the votes."""
        return tuple(vote.answer for vote in self.votes if vote.answer is not None)

    @property
    def outcome(self) -> bool | None:
        """Whether it is good enough; None where votes that are missing, unusable or left out could turn it round.

        For grades this is the median against the lowest that is good enough.
        """
        good = sum(self.judge.is_good(answer) for answer in self.answers)
        others = max(len(self.votes), self.judge.votes) - good
        bad = len(self.answers) - good
        if others <= self.judge.votes // 2:
            return True
        return False if good + others - bad <= self.judge.votes // 2 else None
