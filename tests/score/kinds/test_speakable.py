from __future__ import annotations

from tests.support.judging import assert_judged, judge
from tests.support.transcripts import agent, transcript, user


def test_every_reply_has_to_be_speakable() -> None:
    talk = transcript(user(), agent("Gern."), user(), agent("Das ist **wichtig**."))
    assert_judged({"speakable": True}, talk, 0, passes=True)
    assert_judged({"speakable": True}, talk, passes=False)


def test_message_names_and_quotes_the_obstacle() -> None:
    assert judge({"speakable": True}, "Siehe www.example.org bitte.").message == (
        "Expected every reply such that it can be read aloud in the conversation; found a web or e-mail address, "
        "'www.example.org', in the reply to user turn 1: 'Siehe www.example.org bitte.'."
    )
    assert judge({"speakable": True, "not": True}, "Gern.").message == (
        "Expected some reply that cannot be read aloud in the conversation; found nothing in the way."
    )
