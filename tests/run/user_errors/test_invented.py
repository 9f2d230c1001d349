from __future__ import annotations

import pytest

from kiwerk.run.user_errors.invented import find_invented
from tests.support.briefs import make_brief
from tests.support.transcripts import agent, user


@pytest.mark.parametrize(
    "said",
    [
        "Ich hätte gern einen Termin am Montag um neun.",
        "Am 30. November um neun Uhr, bitte. Heute geht es nicht.",
        "Montag, 9 Uhr morgens. Mein Name ist Max Muster, null drei null zwei drei eins zwei fünf null sieben sieben.",
        "Ich heiße Herr Muster, die Nummer ist 030 231 25077.",
        "Mein Name ist Dr. Max von Muster. Bitte am Montag.",
        "max@beispiel.example, Kundennummer K-2026-4711, die Rechnung über 89,50 Euro.",
        "Das weiß ich nicht. Mir ist es gleich, in zwei Wochen geht auch.",
        "Ja. Dienstag um halb drei passt mir.",
        "Ich bin Patient bei Ihnen. Hier ist Wasser im Keller.",
    ],
)
def test_what_is_known_or_was_named_by_the_agent_is_not_invented(said: str) -> None:
    assert find_invented([agent("Frei ist Dienstag, 1. Dezember, 14:30 Uhr."), user(said)], make_brief()) is None


@pytest.mark.parametrize(
    ("said", "found"),
    [
        ("Am Mittwoch um neun.", "Mittwoch"),
        ("Am 3. Dezember, bitte.", "3. Dezember"),
        ("Um elf Uhr.", "elf Uhr"),
        ("Meine Nummer ist 0171 2345678.", "0171 2345678"),
        ("Es waren 120 Euro.", "120 Euro"),
        ("Schreiben Sie an anna@beispiel.example.", "anna@beispiel.example"),
        ("Meine Kundennummer ist 998877.", "998877"),
        ("Mein Name ist Anna Muster.", "Anna Muster"),
        ("My name is Joe Bloggs.", "Joe Bloggs"),
    ],
)
def test_a_value_from_nowhere_is_invented(said: str, found: str) -> None:
    problem = find_invented([agent("Wie kann ich helfen?"), user(said)], make_brief())
    assert problem is not None
    assert f"says '{found}'" in problem


def test_the_users_own_earlier_words_make_nothing_known() -> None:
    turns = [user("Am Mittwoch um neun."), agent("Gern."), user("Also Mittwoch.")]
    assert find_invented(turns, make_brief()) is not None


def test_without_a_clock_only_what_is_written_is_known() -> None:
    assert find_invented([user("Am 30. November 2026, bitte.")], make_brief(now=None)) is None
    assert find_invented([user("Am 1. Dezember 2026, bitte.")], make_brief(now=None)) is not None
