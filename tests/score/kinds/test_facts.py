from __future__ import annotations

from datetime import datetime
from typing import Any

import pytest

from kiwerk.record import ToolCall, Transcript
from kiwerk.score.scope import World
from tests.support.judging import assert_judged, judge
from tests.support.transcripts import agent, transcript, user

WORLD = World(
    facts={
        "oeffnungszeiten": {"sprechzeit": "Montag bis Freitag 08:00 bis 17:00 Uhr", "telefon": "030 23125 001"},
        "preise": {"attest": 15, "beratung": "30,50 €", "lang": "1234.50"},
        "urlaub": {
            "dauer": "24. Dezember bis 1. Januar",
            "stand": "2026-11-07",
            "gueltig": "1. Januar 2027 bis 31. Dezember 2027",
        },
    },
    reads=frozenset({"kalender.pruefen"}),
    now=datetime(2026, 11, 27, 10, 0),  # noqa: DTZ001 - a Friday, in the organization's time
)


def _call(operation: str = "kalender.pruefen", result: Any = None, outcome: str = "frei", **arguments: Any) -> ToolCall:
    return ToolCall(operation=operation, arguments=arguments, outcome=outcome, result=result)


def _talk(reply: str, said: str = "Guten Tag.", *calls: ToolCall) -> Transcript:
    return transcript(user(said), agent(reply, *calls))


@pytest.mark.parametrize(
    ("reply", "passes"),
    [
        ("Gern. Was kann ich für Sie tun?", True),
        ("", True),
        ("Wir haben von acht bis siebzehn Uhr geöffnet.", True),
        ("Wir haben mittwochs ab 8 Uhr geöffnet.", True),
        ("Wir haben bis 17.00 Uhr geöffnet.", True),
        ("Wir haben bis fünf geöffnet, also um fünf ist Schluss.", True),
        ("Wir haben samstags geöffnet.", False),  # that the holidays were announced on a Saturday says nothing
        ("Wir haben Montag, Dienstag und Mittwoch ab 8 Uhr geöffnet.", True),
        ("Wir haben bis 18 Uhr geöffnet.", False),
        ("Das kostet 15,00 €.", True),
        ("Das kostet fünfzehn Euro.", True),
        ("Das kostet dreißig Euro fünfzig.", True),
        ("Das kostet 1.234,50 €.", True),
        ("Das kostet 20 Euro.", False),
        ("Das kostet 15 bis 20 Euro.", False),
        ("Rufen Sie +49 30 23125-001 an.", True),
        ("Die Nummer ist null drei null, zwei drei eins zwei fünf, null null eins.", True),
        ("Rufen Sie 030 23125 002 an.", False),
        ("Bitte rufen Sie sofort die 112 an.", True),
        ("Am 26. Dezember ist geschlossen.", True),  # within the holidays
        ("Am 2. Januar ist geschlossen.", False),
        ("Am 3. Mai 2027 ist geschlossen.", False),  # a year is too long a stretch to know each day of
        ("Heute ist Freitag, der 27. November 2026.", True),
        ("Es ist jetzt zehn Uhr.", True),
        ("Morgen, am 28. November, geht es nicht.", True),
        ("Morgen, am 29. November, geht es nicht.", False),
        ("Morgen, Sonntag, geht es nicht.", False),
        ("In zwei Wochen, am 11. Dezember, geht es.", True),
        ("Am Donnerstag, 24. Dezember, ist geschlossen.", True),
        ("Am Freitag, 24. Dezember, ist geschlossen.", False),
        ("Am 31. November ist geschlossen.", False),
    ],
)
def test_value_comes_from_facts_or_from_now(reply: str, *, passes: bool) -> None:
    assert_judged({"facts": True}, _talk(reply), world=WORLD, passes=passes)


@pytest.mark.parametrize(
    ("talk", "passes"),
    [
        (_talk("Dienstag, 1. Dezember, 14:30 Uhr?", "Am Dienstag um halb drei."), True),
        (_talk("Dienstag, 8. Dezember, 14:30 Uhr?", "Am Dienstag um halb drei."), False),
        (_talk("Mittwoch, 1. Dezember, 14:30 Uhr?", "Am Dienstag um halb drei."), False),
        (_talk("Dienstag, 1. Dezember, 15 Uhr?", "Am Dienstag um halb drei."), False),
        (_talk("Um halb drei?", "", _call(result={"frei": ["2026-12-01T14:30"]})), True),
        (_talk("Am Dienstag?", "", _call(result={"frei": ["2026-12-01T14:30"]})), True),
        (_talk("Am 1. Dezember?", "", _call(beginn="2026-12-01T14:30")), True),  # what was looked up
        (_talk("Am 1. Dezember?", "", _call(outcome="error", beginn="2026-12-01T14:30")), False),
        (_talk("Am 1. Dezember?", "", _call("kalender.buchen", beginn="2026-12-01T14:30")), False),
        (_talk("Den 31. November gibt es nicht.", "Am 31. November bitte."), True),
        (_talk("Ihre Nummer ist 030 23125 042.", "030 23125042"), True),
        (_talk("Die Summe ist 45,50 €.", "", _call(result={"summe": 45.5, "bezahlt": False})), True),
        (_talk("Das kostet 1 Euro.", "", _call(result={"bezahlt": True})), False),
    ],
)
def test_value_comes_from_the_user_or_from_a_tool(talk: Transcript, *, passes: bool) -> None:
    assert_judged({"facts": True}, talk, world=WORLD, passes=passes)


def test_value_has_to_be_known_when_it_is_said() -> None:
    late = transcript(user(), agent("Um 14:30 Uhr?"), user("Ja, um 14:30 Uhr."), agent("Gern, 14:30 Uhr."))
    assert_judged({"facts": True}, late, world=WORLD, passes=False)
    assert_judged({"facts": True}, late, 1, world=WORLD, passes=True)


def test_opening_and_holes_may_be_repeated() -> None:
    talk = transcript(user(), agent("Bis 19 Uhr unter 030 23125 099."), opening=[agent("Heute offen bis 19 Uhr.")])
    talk = talk.model_copy(update={"holes": {"anrufer": "030 23125 099"}})
    assert_judged({"facts": True}, talk, world=WORLD, passes=True)


@pytest.mark.parametrize(
    ("check", "passes"),
    [
        ({"only": ["amount"]}, True),
        ({"only": ["time"]}, False),
        ({"only": ["amount", "time"]}, False),
        ({"also": ["um 18 Uhr"]}, True),
        ({"also": ["45 Euro"]}, False),
    ],
)
def test_check_can_be_narrowed_and_told_more(check: dict[str, Any], *, passes: bool) -> None:
    assert_judged({"facts": check}, _talk("Um 18 Uhr für 15 Euro."), world=WORLD, passes=passes)


@pytest.mark.parametrize(
    ("reply", "found"),
    [
        ("samstags", "'samstags' (Saturday; known: Monday, Tuesday, Wednesday, Thursday, Friday)"),
        ("Um 18 Uhr.", "'18 Uhr' (18:00; known: 17:00, 10:00, 08:00)"),
        ("20 €.", "'20 €' (20; known: 15, 30.50, 1234.50)"),
        ("030 23125 002", "'030 23125 002' (03023125002; known: 03023125001)"),
        ("Mittwoch, 2. Dezember", "'Mittwoch, 2. Dezember' (2026-12-02; known: 2026-11-27, 2026-12-24, "),
        ("Freitag, 24. Dezember", "'Freitag, 24. Dezember' (2026-12-24 is a Thursday)"),
        ("morgen, 30. November", "'30. November' ('morgen' is 2026-11-28)"),
        ("31. November", "'31. November' (there is no such day)"),
    ],
)
def test_message_quotes_the_value_and_says_what_is_known(reply: str, found: str) -> None:
    message = judge({"facts": True}, _talk(reply), world=WORLD).message
    assert message.startswith(
        "Expected every amount, date, time and phone number in the conversation to come from facts, tools, the user or "
        f"now; found {found}"
    )
    assert message.endswith(f"in the reply to user turn 1: '{reply}'.")


def test_without_any_source_nothing_is_known() -> None:
    assert "found '20 €' (20, and none is known) in" in judge({"facts": True}, _talk("20 €.")).message


def test_message_counts_what_was_looked_at() -> None:
    assert judge({"facts": {"only": ["time"]}, "not": True}, _talk("Von 8 bis 17 Uhr."), world=WORLD).message == (
        "Expected some time in the conversation to come from nowhere; found 2 that do."
    )


@pytest.mark.parametrize("negated", [False, True])
@pytest.mark.parametrize("reply", ["Morgen.", "Am 24. Dezember.", "Am Dienstag."])
def test_day_without_now_to_reckon_from_is_errored(reply: str, *, negated: bool) -> None:
    score = judge({"facts": True, "not": negated}, _talk(reply))
    assert score.message == (
        "It could not be judged: a reply names a day, and the case has no given.now to reckon it from."
    )


def test_without_now_everything_else_is_judged() -> None:
    talk = _talk("Um 14:30 Uhr, am 1. Dezember 2026.", "Am 01.12.2026 um halb drei?")
    assert_judged({"facts": True}, talk, passes=True)
