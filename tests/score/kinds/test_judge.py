from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from kiwerk.record import Answer, Score, Transcript
from kiwerk.score.ballot import Ballot
from kiwerk.score.scope import World
from tests.score.test_ballot import make_judge, make_vote
from tests.support.judging import assert_judged, judge
from tests.support.transcripts import agent, transcript, user

TALK = transcript(user(), agent("Gern."), user("Danke."), agent("Bitte."))


def world(*answers: Answer | None, votes: int = 3, turn: int | None = None) -> World:
    ballot = Ballot(make_judge(votes=votes), tuple(map(make_vote, answers)))
    return World(ballots={("freundlich", turn): ballot})


@pytest.mark.parametrize(("answers", "passes"), [(("yes", "yes", "no"), True), (("no", "no", "no"), False)])
def test_what_more_than_half_say_is_the_judgement(answers: tuple[Answer, ...], *, passes: bool) -> None:
    assert_judged({"judge": "freundlich"}, TALK, world=world(*answers), passes=passes)
    assert_judged({"judge": "freundlich"}, TALK, 1, world=world(*answers, turn=1), passes=passes)


def test_votes_about_another_turn_say_nothing() -> None:
    score = judge({"judge": "freundlich"}, TALK, 0, world("yes", "yes", "yes", turn=1))
    assert (score.status, "nothing is known of the judge" in score.message) == ("errored", True)


def test_reasons_are_kept_and_the_first_of_those_who_decided_is_told() -> None:
    score = judge({"judge": "freundlich"}, TALK, world=world("no", "yes", "no"))
    assert score.reasons == ("no: Darum.", "yes: Darum.", "no: Darum.")
    assert score.message == "Expected yes to 'freundlich' in the conversation; found no, yes, no: Darum."


@pytest.mark.parametrize("negated", [False, True])
@pytest.mark.parametrize(
    ("answers", "reason"),
    [
        ((), "not judged yet: run `kiwerk eval --base-url URL`"),
        (("yes",), "not judged yet, 1 of 3 votes there"),
        (("yes", "no", None), "1 of 3 votes cannot be used, and the others decide nothing"),
    ],
)
def test_what_nobody_can_say_is_errored_negated_or_not(
    answers: tuple[Answer | None, ...], reason: str, *, negated: bool
) -> None:
    score = judge({"judge": "freundlich", "not": negated}, TALK, world=world(*answers))
    assert (score.status, reason in score.message) == ("errored", True)


@pytest.mark.parametrize("negated", [False, True])
def test_what_a_person_wrote_is_skipped_where_nobody_was_asked(*, negated: bool) -> None:
    score = _judge_authored(negated=negated, answers=("yes",))
    assert score.status == "skipped"


def test_what_a_person_wrote_is_errored_where_the_answers_say_nothing() -> None:
    assert _judge_authored(negated=False, answers=("yes", "no", None)).status == "errored"


def _judge_authored(*, negated: bool, answers: tuple[Answer | None, ...]) -> Score:
    return judge({"judge": "freundlich", "not": negated}, TALK, world=replace(world(*answers), is_authored=True))


@pytest.mark.parametrize(
    "talk", [transcript(user()), transcript(user(), agent("Gern."), error="cut off")], ids=["silent", "broken off"]
)
def test_conversation_without_an_end_or_an_answer_is_errored(talk: Transcript) -> None:
    expectation: dict[str, Any] = {"judge": "freundlich"}
    assert judge(expectation, talk, world=world("yes", "yes", "yes")).status == "errored"
