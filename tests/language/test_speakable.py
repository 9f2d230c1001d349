from __future__ import annotations

import pytest

from kiwerk.language.speakable import Obstacle, find_obstacle


@pytest.mark.parametrize(
    ("text", "what", "passage"),
    [
        ("Siehe https://example.org/a?b.", "a web or e-mail address", "https://example.org/a?b"),
        ("Auf praxis-weber.de steht es.", "a web or e-mail address", "praxis-weber.de"),
        ("Schreiben Sie an post@example.org!", "a web or e-mail address", "post@example.org"),
        ("Das ist **wichtig**.", "Markdown", "**"),
        ("Das ist *wichtig*.", "Markdown", "*wichtig*"),
        ("## Zeiten\nMontag", "Markdown", "## "),
        ("Wir haben:\n- Montag\n- Dienstag", "a list", "- Montag"),
        ("1. Montag\n2. Dienstag", "a list", "1. Montag"),
        ("Gern \U0001f600", "an emoji", "\U0001f600"),
        ("Bringen Sie z. B. Ihre Karte mit.", "an abbreviation", "z. B."),
        ("Ihre Tel. bitte.", "an abbreviation", "Tel."),
        ("Nehmen Sie 5 mg.", "a bare unit", "5 mg"),
        ("Nehmen Sie 5 mg täglich.", "a bare unit", "5 mg"),
        ("Offen 8-17 Uhr.", "a range with a dash", "8-17"),
        ("Müller & Söhne", "a sign", "&"),
        ("Mo/Di", "a sign", "/"),
    ],
)
def test_what_a_voice_stumbles_over_is_found(text: str, what: str, passage: str) -> None:
    assert find_obstacle(text) == Obstacle(what, passage)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "Dienstag, 1. Dezember, 14:30 Uhr ist frei. Soll ich buchen?",
        "1. Dezember um halb drei, bei Dr. Weber.",
        "Das kostet 15,00 €, also 20 % weniger; KI-gestützt, von 8 bis 17 Uhr – immer.",
        "Wir haben das Formular. Es ist da.",
        "Ihre Nummer ist 030 23125 042.",
    ],
)
def test_what_voices_read_well_is_left_alone(text: str) -> None:
    assert find_obstacle(text) is None
