from __future__ import annotations

import pytest

from tests.support.judging import assert_judged, judge
from tests.support.transcripts import agent, call, transcript, user

TALK = transcript(user(), agent("?", call("a.x"), call("b.y:error")), user(), agent("!", call("c.z"), call("a.x")))


@pytest.mark.parametrize(
    ("order", "turn", "passes"),
    [
        (["a.x", "c.z"], None, True),
        (["a.x", "b.y", "c.z", "a.x"], None, True),
        (["a.x", "a.x"], None, True),
        (["a.x", "a.x", "a.x"], None, False),
        (["c.z", "b.y"], None, False),
        (["c.z", "a.x"], 1, True),
        (["a.x", "c.z"], 1, False),
        (["a.x", "d.w"], None, False),
    ],
)
def test_calls_come_one_after_the_other(order: list[str], turn: int | None, *, passes: bool) -> None:
    assert_judged({"order": order}, TALK, turn, passes=passes)


@pytest.mark.parametrize(
    ("order", "found"),
    [
        (["c.z", "b.y"], "no b.y after c.z in a.x, b.y, c.z, a.x"),
        (["d.w", "b.y"], "no d.w in a.x, b.y, c.z, a.x"),
    ],
)
def test_message_says_which_call_is_missing(order: list[str], found: str) -> None:
    assert judge({"order": order}, TALK).message == (
        f"Expected the calls {order[0]}, then {order[1]} in the conversation; found {found}."
    )


def test_message_without_calls_and_negated() -> None:
    assert judge({"order": ["a.x", "b.y"]}, "Nein.").message.endswith("found no call at all.")
    assert judge({"order": ["a.x", "c.z"], "not": True}, TALK).message == (
        "Expected not the calls a.x, then c.z in the conversation; found a.x, b.y, c.z, a.x."
    )
