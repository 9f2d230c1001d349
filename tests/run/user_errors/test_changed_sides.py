from __future__ import annotations

import pytest

from kiwerk.run.user_errors.changed_sides import find_changed_sides
from tests.support.briefs import make_brief
from tests.support.transcripts import agent, user

OPENING = "Praxis Dr. Weber, guten Tag. Sie sprechen mit der KI-Assistentin der Praxis."


@pytest.mark.parametrize(
    "said",
    [
        "Guten Tag, können Sie mir helfen?",
        "Spreche ich mit einer KI oder mit einem Menschen?",
        "Ich bin keine KI, ich bin ein Mensch.",
        "Kann ich auch am Nachmittag kommen?",
        "Kann ich noch etwas fragen?",
        "Ich bin Max Muster.",
        "Ja.",
        "Gern.",
        "Can you help me, please?",
    ],
)
def test_a_customers_words_are_left_alone(said: str) -> None:
    assert find_changed_sides([agent(OPENING), user("Hallo."), agent("Gern."), user(said)], make_brief()) is None


@pytest.mark.parametrize(
    ("said", "why"),
    [
        ("Guten Tag! Wie kann ich Ihnen helfen?", "offers help itself"),
        ("Womit darf ich Ihnen weiterhelfen?", "offers help itself"),
        ("Was kann ich für Sie tun?", "offers help itself"),
        ("Kann ich sonst noch etwas für Sie tun?", "offers help itself"),
        ("Hello! How can I help you today?", "offers help itself"),
        ("Is there anything else I can assist with?", "offers help itself"),
        ("Ich bin eine KI und habe keine Telefonnummer.", "calls itself an AI"),
        ("Als Sprachmodell kann ich keine Termine haben.", "calls itself an AI"),
        ("I am an AI and cannot come.", "calls itself an AI"),
        (OPENING, "calls itself an AI"),
        ("Praxis Dr. Weber, wie heißen Sie? Guten Tag.", None),
    ],
)
def test_the_other_sides_words_are_found(said: str, why: str | None) -> None:
    found = find_changed_sides([agent(OPENING), user(said)], make_brief())
    assert found is None if why is None else found is not None and found.startswith(why)


def test_the_opening_and_an_echo_are_found_whatever_they_say() -> None:
    opening = agent("Sanitär Brandt, hallo, schön dass Sie anrufen.")
    assert find_changed_sides([opening, user("Sanitär Brandt, hallo! Schön, dass Sie anrufen. Ja?")], make_brief())
    asked = agent("Auf welchen Namen darf ich buchen?")
    assert find_changed_sides([opening, user("Hallo."), asked, user("auf welchen namen darf ich buchen")], make_brief())
