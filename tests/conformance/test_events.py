from __future__ import annotations

from kiwerk.conformance import find_events, is_finished
from kiwerk.rules import Event
from tests.support.transcripts import agent, call, transcript, user


def test_calls_become_events_in_order_with_the_user_turn_they_follow() -> None:
    events = find_events(
        transcript(
            agent("Guten Tag."),
            user(),
            agent("Frei.", call("kalender.pruefen:belegt", beginn="09:00"), call("kalender.pruefen:frei")),
            user(),
            agent("Gebucht.", call("kalender.buchen")),
        )
    )
    assert events == (
        Event("kalender.pruefen", "belegt", {"beginn": "09:00"}, 1),
        Event("kalender.pruefen", "frei", {}, 1),
        Event("kalender.buchen", "ok", {}, 2),
    )


def test_failed_call_and_unknown_operation_are_events_too() -> None:
    events = find_events(transcript(user(), agent("Oh.", call("kalender.buchen:error"), call("was__das:error"))))
    assert [str(event) for event in events] == ["kalender.buchen:error", "was__das:error"]


def test_call_in_the_opening_belongs_to_turn_zero() -> None:
    assert find_events(transcript(agent("Tag.", call("a.b")), user()))[0].turn == 0


def test_conversation_without_turns_has_no_events() -> None:
    assert find_events(transcript()) == ()


def test_conversation_is_finished_when_the_agent_had_the_last_word_and_nothing_broke_off() -> None:
    assert is_finished(transcript(user(), agent()))
    assert not is_finished(transcript(user(), agent(), user()))
    assert not is_finished(transcript(user(), agent(), error="no answer"))
    assert not is_finished(transcript())
