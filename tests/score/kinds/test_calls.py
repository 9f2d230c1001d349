from __future__ import annotations

from typing import Any

import pytest

from tests.support.judging import assert_judged, judge
from tests.support.transcripts import agent, call, transcript, user

TALK = transcript(user(), agent("?", call("a.x"), call("a.x:error")), user(), agent("!", call("b.y"), call("a.x")))


@pytest.mark.parametrize(
    ("calls", "turn", "passes"),
    [
        ({"tool": "a.x", "max": 3}, None, True),
        ({"tool": "a.x", "max": 2}, None, False),
        ({"tool": "a.x", "min": 3}, None, True),
        ({"tool": "a.x", "min": 4}, None, False),
        ({"tool": "a.x", "min": 3, "max": 3}, None, True),
        ({"tool": "a.x", "max": 1}, 1, True),
        ({"tool": "c.z", "max": 1}, None, True),
        ({"tool": "c.z", "min": 0, "max": 1}, None, True),
        ({"tool": "c.z", "min": 2}, None, False),
    ],
)
def test_calls_are_counted_failed_ones_included(calls: dict[str, Any], turn: int | None, *, passes: bool) -> None:
    assert_judged({"calls": calls}, TALK, turn, passes=passes)


@pytest.mark.parametrize(
    ("calls", "message"),
    [
        (
            {"tool": "a.x", "max": 1},
            "Expected at most 1 call of a.x in the conversation; found 3 (turn 1, turn 1, turn 2).",
        ),
        ({"tool": "c.z", "min": 2}, "Expected at least 2 calls of c.z in the conversation; found none."),
        ({"tool": "b.y", "min": 2, "max": 2}, "Expected 2 calls of b.y in the conversation; found 1 (turn 2)."),
        ({"tool": "b.y", "min": 2, "max": 4}, "Expected 2 to 4 calls of b.y in the conversation; found 1 (turn 2)."),
    ],
)
def test_message_counts_and_places_the_calls(calls: dict[str, Any], message: str) -> None:
    assert judge({"calls": calls}, TALK).message == message
