from __future__ import annotations

import pytest

from kiwerk.language.phones import find_phones, normalise_phone


@pytest.mark.parametrize(
    ("text", "digits"),
    [
        ("Ihre Nummer ist 030 23125 042.", ["03023125042"]),
        ("+49 (0)30 23125-042", ["03023125042"]),
        ("0049 30 23125042", ["03023125042"]),
        ("+43 1 2345678", ["004312345678"]),
        ("030/23125042 oder 030 23125 077", ["03023125042", "03023125077"]),
        ("null drei null, zwei drei eins zwei fünf, null vier zwo", ["03023125042"]),
        ("null dreißig, dreiundzwanzig zwölf fünf, null zweiundvierzig", ["03023125042"]),
        ("", []),
        ("0930-1045", []),
        ("2026-12-01", []),
        ("01.12.2026", []),
        ("08:00 bis 17:00", []),
        ("23125 042", []),
        ("zwei drei vier fünf sechs sieben", []),
    ],
)
def test_number_is_read_in_figures_and_spoken(text: str, digits: list[str]) -> None:
    assert [phone.digits for phone in find_phones(text)] == digits


def test_notations_of_one_number_are_equal() -> None:
    assert {normalise_phone(text) for text in ("030 23125-042", "+49 30 23125042", "0049(0)3023125042")} == {
        "03023125042"
    }
