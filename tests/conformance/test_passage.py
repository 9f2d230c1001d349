from __future__ import annotations

from kiwerk.conformance.passage import find_passages
from kiwerk.spec import Process
from tests.support.transcripts import agent, call, transcript, user

PROCESS = Process.model_validate(
    {
        "kind": "Process",
        "title": "Terminvereinbarung",
        "reviewed": "2026-11-02",
        "review_every": "90d",
        "goal": "Ein Termin.",
        "steps": [
            {"id": "pruefen", "call": "kalender.pruefen", "next": "buchen"},
            {"id": "buchen", "call": "kalender.buchen", "end": "resolved"},
        ],
        "ends": {"resolved": {"after": "kalender.buchen:ok"}},
    }
)


def test_steps_stand_at_the_turns_of_their_calls_and_the_end_after_its_event() -> None:
    talk = transcript(
        user(), agent("Frei.", call("kalender.pruefen:frei")), user("Ja."), agent("Gut.", call("kalender.buchen:ok"))
    )
    assert list(find_passages({"termin": PROCESS}, talk)) == [
        (1, "termin: step pruefen, frei"),
        (2, "termin: step buchen, ok"),
        (2, "termin: end resolved"),
    ]


def test_calls_that_are_no_step_and_an_end_that_was_not_reached_are_not_passed() -> None:
    talk = transcript(user(), agent("Moment.", call("notizen.anlegen:ok")))
    assert list(find_passages({"termin": PROCESS}, talk)) == []
