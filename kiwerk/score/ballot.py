"""From a judge's votes to one answer: only what more than half of all wanted votes say, never a guess."""

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
    """Those that count: the oldest, as many as the judge wants."""

    @property
    def missing(self) -> int:
        """Votes that were not asked for yet."""
        return self.judge.votes - len(self.votes)

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
        """Whether it is good enough; None as long as votes that are missing or unusable could turn it round.

        For grades this is the median against the lowest that is good enough.
        """
        good = sum(self.judge.is_good(answer) for answer in self.answers)
        needed = self.judge.votes // 2 + 1
        if good >= needed:
            return True
        return False if len(self.answers) - good >= needed else None


def count_ballot(judge: Judge, votes: tuple[Vote, ...]) -> Ballot:
    """The ballot of all votes there are, in the order in which they were cast."""
    return Ballot(judge, votes[: judge.votes])
