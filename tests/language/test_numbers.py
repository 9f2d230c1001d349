from __future__ import annotations

import pytest

from kiwerk.language.numbers import number_words, ordinal_words, parse_number_word


def test_every_number_below_hundred_has_one_word() -> None:
    assert set(number_words().values()) == set(range(100))
    assert all(parse_number_word(word) == value for word, value in number_words().items())


@pytest.mark.parametrize(
    ("word", "value"),
    [
        ("hundert", 100),
        ("hunderteins", 101),
        ("zweihundertfünfunddreißig", 235),
        ("eintausendzweihundert", 1200),
        ("zwölftausenddreihundertvierzig", 12340),
        ("Fünfzehn", 15),
        ("", None),
        ("paar", None),
        ("hundertste", None),
        ("und", None),
    ],
)
def test_number_word_is_read(word: str, value: int | None) -> None:
    assert parse_number_word(word) == value


def test_ordinals_cover_a_month() -> None:
    assert set(ordinal_words().values()) == set(range(1, 32))
    assert [ordinal_words()[word] for word in ("ersten", "dritter", "siebte", "achten", "zwanzigste")] == [
        1,
        3,
        7,
        8,
        20,
    ]
