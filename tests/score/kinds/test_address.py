from __future__ import annotations

import pytest

from kiwerk.record import Status, sum_status
from tests.support.judging import judge
from tests.support.transcripts import agent, transcript, user


@pytest.mark.parametrize(
    ("address", "replies", "status", "severity"),
    [
        ("sie", ["Ihr Termin?"], "passed", "block"),
        ("sie", ["Dein Termin?"], "failed", "block"),
        ("sie", ["Ich sage Ihnen deinen Termin."], "failed", "warn"),
        ("du", ["Ich sage Ihnen deinen Termin."], "failed", "warn"),
        ("sie", ["Ich sage Ihnen deinen Termin.", "Dein Termin?"], "failed", "block"),  # the clear one counts
        ("sie", ["Ihr Termin?", "Dein Termin?"], "failed", "block"),  # two forms in two replies are not mixed
        ("du", ["Gern."], "passed", "block"),
    ],
)
def test_mixed_reply_is_only_reported(address: str, replies: list[str], status: str, severity: str) -> None:
    talk = transcript(*(turn for reply in replies for turn in (user(), agent(reply))))
    score = judge({"address": address}, talk)
    assert (score.status, score.severity) == (status, severity)


def test_message_of_a_mixed_reply_names_both_words() -> None:
    score = judge({"address": "sie"}, "Ich sage Ihnen deinen Termin.")
    assert score.message == (
        "Expected every reply in the conversation to address people as Sie; found both 'Ihnen' and 'deinen' "
        "in the reply to user turn 1: 'Ich sage Ihnen deinen Termin.'."
    )


def test_warning_alone_shows_nothing_and_is_not_passed() -> None:
    assert sum_status([judge({"address": "sie"}, "Ich sage Ihnen deinen Termin.")]) is Status.ERRORED
