from __future__ import annotations

from typing import Any

import pytest

from tests.support.judging import assert_judged, judge
from tests.support.transcripts import agent, transcript, user

TALK = transcript(user(), agent("Dienstag, 1. Dezember ist frei."), user(), agent("Um 14:30 Uhr."))


@pytest.mark.parametrize(
    ("texts", "turn", "passes"),
    [
        (["1. Dezember", "14:30 UHR"], None, True),  # said in two replies
        (["dienstag", "frei"], 0, True),
        (["1. Dezember", "14:30"], 0, False),
        (["1. Dezember", "15:30"], None, False),
        (["x", "y"], None, False),
    ],
)
def test_every_text_has_to_be_said_somewhere(texts: list[str], turn: int | None, *, passes: bool) -> None:
    assert_judged({"all_of": texts}, TALK, turn, passes=passes)


@pytest.mark.parametrize(
    ("expectation", "turn", "message"),
    [
        (
            {"all_of": ["Dienstag", "x", "y"]},
            None,
            (
                "Expected all of 'Dienstag', 'x' and 'y' in the conversation; "
                "found no 'x' and no 'y' in 2 replies, the last of them 'Um 14:30 Uhr.'."
            ),
        ),
        (
            {"all_of": ["um", "y"]},
            1,
            "Expected all of 'um' and 'y' after user turn 2; found no 'y' in the reply 'Um 14:30 Uhr.'.",
        ),
        (
            {"all_of": ["Dienstag", "Uhr"], "not": True},
            None,
            "Expected not all of 'Dienstag' and 'Uhr' in the conversation; found all.",
        ),
    ],
)
def test_message_names_what_is_missing(expectation: dict[str, Any], turn: int | None, message: str) -> None:
    score = judge(expectation, TALK, turn)
    assert (score.status, score.message) == ("failed", message)
