from __future__ import annotations

import pytest

from kiwerk.language.amounts import find_amounts


@pytest.mark.parametrize(
    ("text", "euros"),
    [
        ("1.234,50 €", ["1234.50"]),
        ("1.000 Euro", ["1000"]),
        ("12,50€", ["12.50"]),
        ("€ 20", ["20"]),
        ("kostet 15.50 EUR", ["15.50"]),
        ("15,- €", ["15"]),
        ("50 Cent", ["0.50"]),
        ("12 Euro 50", ["12.5"]),
        ("zwölf Euro fünfzig", ["12.5"]),
        ("zweihundertfünfunddreißig Euro", ["235"]),
        ("zweitausend Euro", ["2000"]),
        ("einen Euro", ["1"]),
        ("20 bis 30 Euro", ["20", "30"]),
        ("20-30 €", ["20", "30"]),
        ("zwanzig oder dreißig Euro", ["20", "30"]),
        ("", []),
        ("ein paar Euro", []),
        ("der Euro", []),
        ("Europa", []),
        ("15 Minuten", []),
    ],
)
def test_amount_is_read_in_figures_and_words(text: str, euros: list[str]) -> None:
    assert [str(amount.euros) for amount in find_amounts(text)] == euros
