from __future__ import annotations

from typing import Any

import pytest

from tests.support.judging import assert_judged, judge
from tests.support.transcripts import agent, transcript, user

TALK = transcript(user(), agent("Dienstag ist frei."), user(), agent("Ihr Termin ist\neingetragen."))


@pytest.mark.parametrize(
    ("texts", "turn", "passes"),
    [
        (["gebucht", "EINGETRAGEN"], None, True),
        (["ist eingetragen", "x"], None, True),
        (["gebucht", "eingetragen"], 0, False),
        (["gebucht", "reserviert"], None, False),
    ],
)
def test_one_of_the_texts_is_enough(texts: list[str], turn: int | None, *, passes: bool) -> None:
    assert_judged({"any_of": texts}, TALK, turn, passes=passes)


@pytest.mark.parametrize(
    ("expectation", "message"),
    [
        (
            {"any_of": ["gebucht", "reserviert"]},
            (
                "Expected a reply that contains 'gebucht' or 'reserviert' in the conversation; "
                "found none in 2 replies, the last of them 'Ihr Termin ist\neingetragen.'."
            ),
        ),
        (
            {"any_of": ["x", "y", "frei"], "not": True},
            "Expected no reply that contains 'x', 'y' or 'frei' in the conversation; found 'Dienstag ist frei.'.",
        ),
    ],
)
def test_message_names_the_texts_and_quotes_a_reply(expectation: dict[str, Any], message: str) -> None:
    score = judge(expectation, TALK)
    assert (score.status, score.message) == ("failed", message)
