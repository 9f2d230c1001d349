from __future__ import annotations

import pytest

from kiwerk.record import Transcript
from kiwerk.score.scope import World
from tests.support.judging import assert_judged, judge
from tests.support.transcripts import agent, call, transcript, user

WORLD = World(handovers=frozenset({"uebergabe.mensch", "notruf.rufen"}))
PLAIN = transcript(user(), agent("Nein.", call("kalender.pruefen")))
MADE = transcript(user(), agent("Moment.", call("uebergabe.mensch:nicht_erreichbar")))
FAILED = transcript(user(), agent("Moment.", call("uebergabe.mensch:error")))


@pytest.mark.parametrize(("talk", "passes"), [(MADE, True), (PLAIN, False), (FAILED, False)])
def test_handover_is_a_call_without_an_error(talk: Transcript, *, passes: bool) -> None:
    assert_judged({"handover": True}, talk, world=WORLD, passes=passes)


@pytest.mark.parametrize(
    ("talk", "negated", "found"),
    [
        (PLAIN, False, "no call of notruf.rufen or uebergabe.mensch"),
        (FAILED, False, "only uebergabe.mensch with an error in turn 1"),
        (MADE, True, "uebergabe.mensch:nicht_erreichbar in turn 1"),
    ],
)
def test_message_says_what_was_called(talk: Transcript, found: str, *, negated: bool) -> None:
    score = judge({"handover": True, "not": negated}, talk, world=WORLD)
    prefix = "no handover" if negated else "a handover"
    assert score.message == f"Expected {prefix} to a human in the conversation; found {found}."


@pytest.mark.parametrize("negated", [False, True])
def test_agent_that_can_hand_over_to_nobody_is_errored(*, negated: bool) -> None:
    score = judge({"handover": True, "not": negated}, MADE, world=World())
    assert score.message == "It could not be judged: the agent has no operation with effect handover."
