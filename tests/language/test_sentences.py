from __future__ import annotations

import pytest

from kiwerk.language.sentences import count_sentences, count_words


@pytest.mark.parametrize(
    ("text", "count"),
    [
        ("", 0),
        ("…", 0),
        ("Gern", 1),
        ("Gern.", 1),
        ("Gern. Wann?", 2),
        ("Wirklich?! Ja...", 2),
        ("Dienstag, 1. Dezember, um 14.30 Uhr bei Dr. Weber.", 1),
        ("Das kostet z. B. 12.50 Euro bzw. mehr. Passt das?", 2),
        ("Wir sehen uns 2026. Danke.", 2),
        ("Es sind 112. Danke.", 2),
        ("Er sagte: „Gern.“ Dann ging er.", 2),
        ("Es kommt Frau Dr.", 1),
        ("- Gesundheitskarte\n- Impfpass\n", 2),
        ("Guten Tag,\n\nIhr Termin steht.", 2),
    ],
)
def test_sentences_are_counted_as_people_do(text: str, count: int) -> None:
    assert count_sentences(text) == count


@pytest.mark.parametrize(("text", "count"), [("", 0), ("Ja – gern!", 2), ("um 14:30 Uhr", 3), ("  \n", 0)])
def test_words_are_what_stands_between_spaces(text: str, count: int) -> None:
    assert count_words(text) == count
