"""Judging: the votes there are about held conversations, and the asking for those that are missing.

Votes are kept by what the model was shown, not by the conversation's id: a person's reference is held anew in every
run, and need not be judged anew. Which of them count, the electorate of the case says.
"""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from typing import TYPE_CHECKING

from kiwerk.pipeline.budget import Budget, Meter
from kiwerk.pipeline.electorate import ANYBODY, Electorate, Helper
from kiwerk.providers.protocol import ProviderFailure
from kiwerk.render.judging import Exhibit, digest_judge, render_exhibit
from kiwerk.run.vote import ask_vote

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping
    from datetime import datetime

    from kiwerk.pipeline.models import Models
    from kiwerk.record import Transcript, Vote
    from kiwerk.render.situation import Situation
    from kiwerk.score.ballot import Ballot
    from kiwerk.spec import Judge
    from kiwerk.store import Store

Place = tuple[str, int | None]
"""The name a case gives a judge, and the user turn (from 0) at which it asks; None for the whole conversation."""


@dataclass(frozen=True, slots=True)
class Question:
    """What a judge is asked about one conversation."""

    judge: Judge
    digest: str
    exhibit: Exhibit
    case: str
    held: datetime
    """When the first conversation in this situation was held that is known: no vote about it is older."""


class Votes:
    """The votes that are known, from a store and added since."""

    def __init__(
        self,
        store: Store | None,
        situations: Iterable[Situation],
        electorates: Mapping[str, Electorate] | None = None,
    ) -> None:
        """Load the votes of all judges these cases ask.

        Args:
            store: the records; without them there are no votes.
            situations: the cases.
            electorates: whose votes count, by case; anybody's without them.
        """
        asking = [situation for situation in situations if situation.judges]
        judges = {digest_judge(loaded.spec) for situation in asking for loaded in situation.judges.values()}
        self._known = {judge: dict(store.load_votes(judge)) if store else {} for judge in judges}
        stimuli = {situation.stimulus for situation in asking}
        self._first = store.find_first_held(stimuli) if store and any(self._known.values()) else {}
        self._electorates = electorates or {}
        self._helper: Helper | None = None

    def ask_at(self, helper: Helper) -> None:
        """Let votes of whoever is asked count as well, beside those of who counts anyway."""
        self._helper = helper

    def add(self, vote: Vote) -> None:
        """One that was cast just now."""
        cast = self._known[vote.judge]
        cast[vote.exhibit] = (*cast.get(vote.exhibit, ()), vote)

    def count(self, question: Question) -> Ballot:
        """The votes about one question that count."""
        electorate = self._electorates.get(question.case, ANYBODY)
        return electorate.count(question.judge, self._about(question), question.held, self._helper)

    def find_voters(self, situation: Situation, transcript: Transcript) -> tuple[Vote, ...]:
        """The votes by which a conversation is judged; all there are where those that count are too few."""
        found: list[Vote] = []
        for _, question in find_questions(situation, transcript, self._first):
            ballot = self.count(question)
            electorate = self._electorates.get(question.case, ANYBODY)
            found += electorate.select(self._about(question), question.held) if ballot.missing else ballot.votes
        return tuple(found)

    def cast(self, question: Question, since: datetime) -> Iterator[Vote]:
        """The votes about one question that were cast since a moment."""
        return (vote for vote in self._about(question) if vote.asked >= since)

    def find_missing(self, held: Iterable[tuple[Situation, Transcript]]) -> list[Question]:
        """Each question as often as a vote about it is missing; where the same was said, the votes are shared."""
        found = {
            (question.digest, question.exhibit.digest): question
            for situation, transcript in held
            for _, question in find_questions(situation, transcript, self._first)
        }
        return [question for question in found.values() for _ in range(self.count(question).missing)]

    def about(self, situation: Situation, transcript: Transcript) -> Mapping[Place, Ballot]:
        """The votes about everything that a case asks judges about a conversation."""
        return {place: self.count(question) for place, question in find_questions(situation, transcript, self._first)}

    def _about(self, question: Question) -> tuple[Vote, ...]:
        return self._known[question.digest].get(question.exhibit.digest, ())


def count_votes(situation: Situation) -> int:
    """Votes that one conversation of a case needs."""
    return sum(situation.judges[name].spec.votes for name, _ in _find_places(situation))


def find_questions(
    situation: Situation, transcript: Transcript, first: Mapping[str, datetime] | None = None
) -> Iterator[tuple[Place, Question]]:
    """What a case asks judges about a conversation; nothing about one that came to no end.

    Args:
        situation: the case.
        transcript: the conversation.
        first: when the first one was held, by the digest of the situation.
    """
    if transcript.error is not None:
        return
    for name, turn in _find_places(situation):
        judge = situation.judges[name].spec
        held = (first or {}).get(transcript.conversation.stimulus, transcript.started)
        exhibit = render_exhibit(transcript, turn)
        yield (name, turn), Question(judge, digest_judge(judge), exhibit, situation.id, held)


def _find_places(situation: Situation) -> Iterable[Place]:
    return dict.fromkeys((entry.judge, turn) for turn, entry in situation.expectations if entry.judge is not None)


async def collect_votes(
    models: Models,
    store: Store,
    votes: Votes,
    held: Iterable[tuple[Situation, Transcript]],
    meter: Meter | None = None,
) -> int:
    """Ask for every vote that is missing, and keep each at once; how many could not be had.

    Where a meter says that nothing more begins, the others are not asked for.

    Raises:
        KiwerkError: none can be had, such as after a refused credential. What was answered by then is kept.
    """
    votes.ask_at(models.find_helper)

    def keep(vote: Vote) -> None:
        store.add_vote(vote)
        votes.add(vote)

    return await ask_all(models, votes.find_missing(held), keep, meter)


async def ask_all(
    models: Models,
    wanted: list[Question],
    keep: Callable[[Vote], None],
    meter: Meter | None = None,
) -> int:
    """Ask for these votes, each handed over the moment it comes; how many did not come.

    Raises:
        KiwerkError: none can come, such as after a refused credential.
    """
    if models.helper is None:
        return len(wanted)
    helper, meter = models.helper, meter or Meter(Budget(), None)
    failed, running = 0, set[asyncio.Task[None]]()

    async def ask(question: Question) -> None:
        nonlocal failed
        try:
            vote = await ask_vote(question.judge, question.exhibit, helper)
        except ProviderFailure:
            failed += 1
            return
        keep(vote)
        meter.add_vote(vote)

    try:
        while wanted or running:
            while wanted and meter.may_begin() and len(running) < models.room():
                running.add(asyncio.create_task(ask(wanted.pop())))
            if not running:
                break
            done, running = await asyncio.wait(running, return_when=asyncio.FIRST_COMPLETED)
            if errors := [error for task in done if (error := task.exception())]:
                raise errors[0]
    finally:
        for task in running:
            task.cancel()
        await asyncio.gather(*running, return_exceptions=True)
    return failed
