from __future__ import annotations

from typing import Any

import pytest

from kiwerk.check.literals import find_fact_literals, find_literals


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Ruf 030 23125042 an.", [("phone number", "03023125042")]),
        ("030/23125-042", [("phone number", "03023125042")]),
        ("(030) 23125 042", [("phone number", "03023125042")]),
        ("+49 30 23125042", [("phone number", "03023125042")]),
        ("+49 (0)30 23125042", [("phone number", "03023125042")]),
        ("0049 30 23125042.", [("phone number", "03023125042")]),
        ("+43 1 5550100", [("phone number", "004315550100")]),
        ("Notruf 112, Giftnotruf 0800.", []),
        ("08:00 bis 17:00 Uhr", []),
        ("10115 Berlin, Haus 12", []),
        ("1.234,50 €", [("price", "123450")]),
        ("1234,5 Euro", [("price", "123450")]),
        ("1234,50 EUR", [("price", "123450")]),
        ("15 €", [("price", "1500")]),
        ("15,- €", [("price", "1500")]),
        ("€ 15,00", [("price", "1500")]),
        ("15 Europäer", []),
        ("1.23 €", []),
        ("am 24. Dezember", [("date", "12-24")]),
        ("am 24.12.", [("date", "12-24")]),
        ("am 24.12.2026", [("date", "2026-12-24")]),
        ("am 1. März 2027", [("date", "2027-03-01")]),
        ("am 2026-12-24", [("date", "2026-12-24")]),
        ("am 32.12.", []),
        ("Version 1.13.2", []),
        ("Punkt 3. Mai-Feier", [("date", "05-03")]),
        ("Punkt 3. Maibaum", []),
        ("", []),
    ],
)
def test_literals_of_a_text_are_written_in_one_way(text: str, expected: list[tuple[str, str]]) -> None:
    assert [(literal.kind, literal.value) for literal in find_literals(text)] == expected


@pytest.mark.parametrize(
    ("values", "expected"),
    [
        ({"euro": 15}, [("values", "euro")]),
        ({"preis_euro": 12.5}, [("values", "preis_euro")]),
        ({"euro": [15, True]}, [("values", "euro", 0)]),
        ({"preis": "12,50"}, [("values", "preis")]),
        ({"preis": "auf Anfrage"}, []),
        ({"preis": -3}, []),
        ({"preis": 1e300}, []),
        ({"preisliste": 15}, []),
        ({"minuten": 15}, []),
        ({"a": [{"b": "Tel. 030 23125042"}]}, [("values", "a", 0, "b")]),
        ({"a": None, "b": True, "c": {}, "d": []}, []),
    ],
)
def test_literals_of_facts_have_their_places(values: dict[str, Any], expected: list[Any]) -> None:
    assert [route for route, _ in find_fact_literals(values, ("values",))] == expected


def test_day_without_a_year_is_that_day_of_any_year() -> None:
    (short,) = find_literals("24.12.")
    (long,) = find_literals("2026-12-24")
    (other,) = find_literals("2027-12-24")
    assert short.means(long)
    assert long.means(short)
    assert not long.means(other)
