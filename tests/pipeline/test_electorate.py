"""Whose votes count: those of providers that the policy lists, neither too old nor from the future."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from kiwerk.pipeline.electorate import ANYBODY, WHOEVER_IS_ASKED, Electorate, find_voter, unite
from kiwerk.record import Source, Vote
from kiwerk.spec import Judge

NOW = datetime(2026, 11, 27, 10, tzinfo=UTC)
JUDGE = Judge.model_validate({"kind": "Judge", "rubric": "Nett?", "model": {"name": "m:n-2411"}, "votes": 1})
LISTED = Electorate(frozenset(["mistral"]), until=NOW)
CLOSED = Electorate(frozenset(["mistral"]), until=NOW, is_closed=True)


def make_vote(provider: str | None, answer: str = "yes", asked: datetime = NOW, origin: str = "model") -> Vote:
    return Vote.model_validate(
        {
            "judge": "j",
            "exhibit": "e",
            "asked": asked,
            "source": Source.model_validate({"origin": origin, "provider": provider}),
            "text": "",
            "answer": answer,
        }
    )


STUB, REAL = make_vote("loopback"), make_vote("mistral", "no")


@pytest.mark.parametrize("order", [(STUB, REAL), (REAL, STUB), (STUB, STUB, REAL)])
def test_votes_of_others_never_stand_beside_those_that_count(order: tuple[Vote, ...]) -> None:
    for electorate in (LISTED, CLOSED):
        assert electorate.count(JUDGE, order).votes == (REAL,)


def test_votes_of_others_are_missing_at_the_gate_and_shown_elsewhere() -> None:
    assert CLOSED.count(JUDGE, [STUB]).missing == 1
    assert LISTED.count(JUDGE, [STUB]).votes == (STUB,)


@pytest.mark.parametrize(("asked", "missing"), [("mistral", 1), ("loopback", 0), ("azure", 1)])
def test_whoever_is_asked_has_votes_missing_that_only_others_cast(asked: str, missing: int) -> None:
    assert LISTED.count(JUDGE, [STUB], helper=lambda _: asked).missing == missing
    assert LISTED.count(JUDGE, [STUB, REAL], helper=lambda _: asked).missing == 0


@pytest.mark.parametrize(
    ("asked", "counts"),
    [
        (NOW, True),
        (NOW - timedelta(days=1), True),
        (NOW - timedelta(days=1, minutes=6), False),
        (NOW + timedelta(minutes=5), True),
        (NOW + timedelta(minutes=6), False),
        (datetime(1999, 1, 1, tzinfo=UTC), False),
        (NOW.replace(tzinfo=None), False),
    ],
)
def test_vote_from_before_the_conversation_or_from_the_future_does_not_count(asked: datetime, *, counts: bool) -> None:
    vote = make_vote("mistral", asked=asked)
    assert bool(Electorate(until=NOW).select([vote], held=NOW - timedelta(days=1))) is counts
    assert bool(Electorate(since=NOW - timedelta(days=1), until=NOW).select([vote])) is counts


@pytest.mark.parametrize(("asked", "votes"), [("mistral", (REAL,)), ("loopback", (STUB,)), ("azure", ())])
def test_where_a_difference_is_confirmed_whoever_is_asked_has_to_vote(asked: str, votes: tuple[Vote, ...]) -> None:
    electorate = replace(WHOEVER_IS_ASKED, until=NOW)
    assert electorate.count(JUDGE, [STUB, REAL], helper=lambda _: asked).votes == votes


def test_without_a_moment_the_clock_says_what_is_the_future() -> None:
    now = datetime.now(UTC)
    assert ANYBODY.select([make_vote("x", asked=now)])
    assert not ANYBODY.select([make_vote("x", asked=now + timedelta(hours=1))])


def test_only_a_model_has_a_provider_that_counts() -> None:
    assert find_voter(make_vote("mistral", origin="python")) == find_voter(make_vote(None)) == "an unknown provider"


def test_those_who_count_for_all_count() -> None:
    assert unite([None, None]) is None
    assert unite([frozenset("ab"), None, frozenset("bc")]) == frozenset("b")
