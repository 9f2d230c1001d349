from __future__ import annotations

import pytest

from tests.support.judging import assert_judged, judge
from tests.support.transcripts import agent, transcript, user

GERMAN, ENGLISH = "Ihr Termin ist am Dienstag um neun.", "Your appointment is on Tuesday at nine."


@pytest.mark.parametrize(
    ("language", "reply", "passes"),
    [("de", GERMAN, True), ("en", GERMAN, False), ("en", ENGLISH, True), ("de", ENGLISH, False)],
)
def test_reply_in_the_language_passes(language: str, reply: str, *, passes: bool) -> None:
    assert_judged({"language": language}, reply, passes=passes)


def test_one_reply_in_another_language_is_named() -> None:
    talk = transcript(user(), agent(GERMAN), user(), agent(ENGLISH))
    score = judge({"language": "de"}, talk)
    assert (score.status, score.message) == (
        "failed",
        f"Expected every reply in the conversation in German; found English in the reply to user turn 2: '{ENGLISH}'.",
    )
    assert judge({"language": "de", "not": True}, talk).message == (
        f"Expected no reply in the conversation in German; found German in the reply to user turn 1: '{GERMAN}'."
    )


def test_short_reply_is_passed_over_beside_longer_ones() -> None:
    talk = transcript(user(), agent("Okay."), user(), agent(GERMAN))
    assert_judged({"language": "de"}, talk, passes=True)


@pytest.mark.parametrize("negated", [False, True])
@pytest.mark.parametrize("reply", ["Okay.", "", "14:30", "Erika Beispiel"])
def test_reply_that_tells_no_language_is_errored(reply: str, *, negated: bool) -> None:
    score = judge({"language": "de", "not": negated}, reply)
    assert score.status == "errored"
    assert score.message == "It could not be judged: no reply in the conversation is long enough to tell its language."
