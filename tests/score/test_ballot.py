from __future__ import annotations

from datetime import UTC, datetime
from itertools import combinations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiwerk.record import Answer, Source, Vote
from kiwerk.score.ballot import Ballot
from kiwerk.spec import Judge

USABLE: dict[bool | None, Answer | None] = {True: "yes", False: "no", None: None}


def make_judge(votes: int = 3, **scale: int) -> Judge:
    described = {"kind": "Judge", "rubric": "Freundlich?", "model": {"name": "a:b-2411"}, "votes": votes}
    return Judge.model_validate({**described, **({"scale": scale} if scale else {})})


def make_vote(answer: Answer | None) -> Vote:
    return Vote(
        judge="j",
        exhibit="e",
        asked=datetime(2026, 11, 27, tzinfo=UTC),
        source=Source(origin="model"),
        text="",
        answer=answer,
        reason="Darum.",
    )


@pytest.mark.parametrize(
    ("answers", "outcome"),
    [
        (["yes", "yes", "yes"], True),
        (["yes", "no", "yes"], True),
        (["no", "yes", "no"], False),
        (["yes", None, "yes"], True),  # whatever the third would have been
        (["no", "no"], False),
        (["yes", "no", None], None),
        (["yes", None, None], None),
        (["yes", "no"], None),
        (["yes"], None),
        ([], None),
    ],
)
def test_more_than_half_of_all_wanted_votes_decide(answers: list[Answer | None], *, outcome: bool | None) -> None:
    assert Ballot(make_judge(), tuple(map(make_vote, answers))).outcome is outcome


@pytest.mark.parametrize(
    ("answers", "outcome"), [([4, 5, 1], True), ([3, 3, 5], False), ([4, 3, None], None), ([5, 4], True)]
)
def test_grades_are_held_against_the_lowest_that_is_good_enough(
    answers: list[Answer | None], *, outcome: bool | None
) -> None:
    assert Ballot(make_judge(points=5, min=4), tuple(map(make_vote, answers))).outcome is outcome


@given(st.lists(st.sampled_from([True, False, None]), min_size=5, max_size=5))
def test_no_outcome_is_turned_round_by_what_the_unusable_votes_would_have_said(cast: list[bool | None]) -> None:
    judge = make_judge(votes=5)
    outcome = Ballot(judge, tuple(make_vote(USABLE[vote]) for vote in cast)).outcome
    fillers: tuple[Answer, ...] = ("yes", "no")
    for filler in fillers:
        filled = Ballot(judge, tuple(make_vote(USABLE[vote] or filler) for vote in cast)).outcome
        assert outcome in (filled, None)


@pytest.mark.parametrize(
    ("answers", "outcome"),
    [
        (["no", "yes", "yes", "yes"], True),  # whichever three
        (["no", "no", "yes", "yes", "yes", "yes", "yes"], None),
        (["yes"] * 9 + ["no"], True),
        (["no"] * 4 + [None], False),
        (["yes"] * 4 + [None, None], None),
    ],
)
def test_more_votes_than_the_judge_wants_are_no_way_to_choose(
    answers: list[Answer | None], *, outcome: bool | None
) -> None:
    ballot = Ballot(make_judge(), tuple(map(make_vote, answers)))
    assert (ballot.outcome, ballot.missing) == (outcome, 0)


@given(st.lists(st.sampled_from([True, False, None]), max_size=6))
def test_answer_is_what_every_choice_among_the_votes_would_say(cast: list[bool | None]) -> None:
    judge = make_judge()
    votes = tuple(make_vote(USABLE[vote]) for vote in cast)
    chosen = {Ballot(judge, choice).outcome for choice in combinations(votes, min(3, len(votes)))}
    assert Ballot(judge, votes).outcome is (chosen.pop() if len(chosen) == 1 else None)


@pytest.mark.parametrize("answer", ["Yes", "ja", "", 1, True, None])
def test_what_is_not_yes_or_no_is_not_on_the_scale(answer: object) -> None:
    assert not make_judge().is_on_scale(answer)


@pytest.mark.parametrize("answer", [0, 6, -1, "4", True, 4.0, None])
def test_what_is_no_grade_is_not_on_the_scale(answer: object) -> None:
    assert not make_judge(points=5, min=4).is_on_scale(answer)
