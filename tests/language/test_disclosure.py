from __future__ import annotations

import pytest

from kiwerk.language.disclosure import find_disclosure


@pytest.mark.parametrize(
    "text",
    [
        "Hier spricht keine KI, sondern ein Mensch.",
        "Nicht automatisch, sondern persönlich: Maria Muster.",
        "Sie sprechen nicht mit einer KI.",
        "Ich bin kein Chatbot.",
        "Ich bin kein Chatbot oder Sprachcomputer.",
        "Hier antwortet weder ein Bot noch eine KI.",
        "Wir arbeiten ohne künstliche Intelligenz.",
        "Keine echte KI, nur Maria.",
        "Hier antwortet keine „KI“.",
        "Eine KI bin ich nicht.",
        "Keine KI und kein Computer.",
        "This is not an automated service.",
        "I am no robot.",
        "I'm not an AI.",
        "This isn't an AI.",
    ],
)
def test_negated_words_do_not_tell(text: str) -> None:
    assert find_disclosure(text) is None


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("Hier spricht kein Mensch, sondern eine KI.", "KI"),
        ("Hier spricht kein Mensch sondern eine KI.", "KI"),
        ("Ich bin kein Mensch und das hier ist eine KI.", "KI"),
        ("Legen Sie nicht auf, hier spricht die KI der Praxis.", "KI"),
        ("Sie sprechen nicht nur mit einer KI.", "KI"),
        ("Keine Sorge: Ich bin eine KI.", "KI"),
        ("Ich bin kein Chatbot, sondern eine KI.", "KI"),
        ("Ich bin eine KI und verstehe nicht alles.", "KI"),
        ("Die KI ist noch nicht vollkommen.", "KI"),
        ("I am not a human but an AI.", "AI"),
        ("No, this is an AI.", "AI"),
    ],
)
def test_negation_of_something_else_leaves_the_disclosure(text: str, words: str) -> None:
    assert find_disclosure(text) == words
