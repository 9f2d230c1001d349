from __future__ import annotations

from typing import Any

import pytest

from kiwerk.record import Transcript
from kiwerk.score.scope import World
from tests.support.judging import assert_judged, judge
from tests.support.transcripts import agent, call, transcript, user

WORLD = World(writes=frozenset({"k.buchen", "k.absagen"}), reads=frozenset({"k.pruefen"}))
NONE = transcript(user(), agent("Gern.", call("k.pruefen", um=9), call("k.buchen:error", um=9)))
ONE = transcript(user(), agent("Gern.", call("k.buchen:error", um=8), call("k.buchen", um=9, gast={"name": "Erika"})))
TWO = transcript(
    user(), agent("Gern.", call("k.buchen", um=9, name="Erika")), user(), agent("Auch.", call("k.buchen", um=9))
)


@pytest.mark.parametrize(
    ("writes", "talk", "passes"),
    [
        ([], NONE, True),
        ([], ONE, False),
        ([{"k.buchen": {"um": 9}}], NONE, False),
        ([{"k.buchen": {"um": 9}}], ONE, True),
        ([{"k.buchen": {}}], ONE, True),
        ([{"k.absagen": {}}], ONE, False),
        ([{"k.buchen": {"um": 8}}], ONE, False),
        ([{"k.buchen": {"um": 9, "gast": {"name": "Max"}}}], ONE, False),
        ([{"k.buchen": {"um": 9, "notiz": ""}}], ONE, False),
        ([{"k.buchen": {"um": 9}}, {"k.buchen": {"um": 9}}], ONE, False),  # one call answers for one entry
        ([{"k.buchen": {"um": 9}}], TWO, False),
        ([{"k.buchen": {"um": 9}}, {"k.buchen": {"um": 9, "name": "Erika"}}], TWO, True),  # in whatever order
        ([{"k.buchen": {"um": 9, "name": "Erika"}}, {"k.buchen": {"um": 9}}], TWO, True),
        ([{"k.buchen": {"name": "Erika"}}, {"k.buchen": {"name": "Erika"}}], TWO, False),
    ],
)
def test_calls_that_did_not_fail_are_exactly_these(
    writes: list[dict[str, Any]], talk: Transcript, *, passes: bool
) -> None:
    assert_judged({"writes": writes}, talk, world=WORLD, passes=passes)


def test_expectation_at_a_turn_looks_at_that_turn() -> None:
    assert_judged({"writes": [{"k.buchen": {"um": 9}}]}, TWO, 1, WORLD, passes=True)


@pytest.mark.parametrize(
    ("expectation", "talk", "message"),
    [
        (
            {"writes": [{"k.buchen": {"um": 8}}, {"k.absagen": {}}]},
            ONE,
            (
                'Expected exactly this to be written in the conversation: k.buchen with {"um": 8} and k.absagen; found '
                'no k.buchen with {"um": 8}, no k.absagen, besides k.buchen with {"um": 9, "gast": {"name": "Erika"}}.'
            ),
        ),
        (
            {"writes": [{"k.buchen": {}}]},
            NONE,
            "Expected exactly this to be written in the conversation: k.buchen; found nothing written.",
        ),
        (
            {"writes": [], "not": True},
            NONE,
            "Expected something else to be written in the conversation: nothing; found nothing written.",
        ),
        (
            {"writes": [{"k.buchen": {}}], "not": True},
            ONE,
            "Expected something else to be written in the conversation: k.buchen; found that.",
        ),
    ],
)
def test_message_says_what_is_missing_and_what_came_besides(
    expectation: dict[str, Any], talk: Transcript, message: str
) -> None:
    assert judge(expectation, talk, world=WORLD).message == message


@pytest.mark.parametrize("negated", [False, True])
@pytest.mark.parametrize(
    ("writes", "world", "reason"),
    [
        ([], World(), "the agent has no operation with effect write"),
        ([{"k.pruefen": {}}], WORLD, "k.pruefen is no operation of the agent with effect write"),
    ],
)
def test_what_cannot_be_written_is_errored(
    writes: list[dict[str, Any]], world: World, reason: str, *, negated: bool
) -> None:
    score = judge({"writes": writes, "not": negated}, ONE, world=world)
    assert (score.status, score.message) == ("errored", f"It could not be judged: {reason}.")


@pytest.mark.parametrize("negated", [False, True])
def test_silence_is_errored_and_never_passes_for_restraint(*, negated: bool) -> None:
    score = judge({"writes": [], "not": negated}, transcript(user()), world=WORLD)
    assert score.message == "It could not be judged: the agent did not answer in the conversation."
