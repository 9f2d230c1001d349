from __future__ import annotations

from typing import Any

import pytest

from tests.support.judging import assert_judged, judge
from tests.support.transcripts import agent, transcript, user


@pytest.mark.parametrize(
    ("limits", "reply", "passes"),
    [
        ({"max_sentences": 1}, "Gern.", True),
        ({"max_sentences": 1}, "", True),
        ({"max_sentences": 1}, "Ihr Termin ist am 1. Dezember um 14.30 Uhr bei Dr. Weber.", True),
        ({"max_sentences": 1}, "Gern. Wann?", False),
        ({"max_words": 3}, "Ihr Termin ist", True),
        ({"max_words": 3}, "Ihr Termin - ist", True),
        ({"max_words": 3}, "Ihr Termin ist gebucht.", False),
        ({"max_characters": 5}, "12345", True),
        ({"max_characters": 5}, "1 \n\t 2 ", True),
        ({"max_characters": 5}, "123456", False),
        ({"max_sentences": 3, "max_words": 2}, "Eins zwei drei.", False),
        ({"max_sentences": 3, "max_words": 3}, "Eins zwei drei.", True),
    ],
)
def test_no_reply_may_be_longer(limits: dict[str, int], reply: str, *, passes: bool) -> None:
    assert_judged({"length": limits}, reply, passes=passes)


@pytest.mark.parametrize(
    ("expectation", "message"),
    [
        (
            {"length": {"max_sentences": 1, "max_words": 1}},
            (
                "Expected every reply to have at most 1 sentences and 1 words in the conversation; "
                "found 2 sentences and 2 words in the reply to user turn 2: 'Gern. Wann?'."
            ),
        ),
        (
            {"length": {"max_words": 2}, "not": True},
            "Expected some reply of more than 2 words in the conversation; found 2 words in the longest.",
        ),
    ],
)
def test_message_counts_and_quotes_the_reply(expectation: dict[str, Any], message: str) -> None:
    score = judge(expectation, transcript(user(), agent("Ja."), user(), agent("Gern. Wann?")))
    assert (score.status, score.message) == ("failed", message)
