"""Amounts of euros in a text, in figures and words: "1.234,50 €", "zwölf Euro fünfzig", "20 bis 30 Euro", "50 Cent"."""

from __future__ import annotations

import re
from decimal import Decimal
from typing import TYPE_CHECKING, NamedTuple

from kiwerk.language.numbers import parse_decimal, parse_number_word

if TYPE_CHECKING:
    from collections.abc import Iterator

_FIGURE = r"\d{1,3}(?:\.\d{3})+(?:,\d{1,2})?|\d+(?:[.,]\d{1,2})?"
_NUMBER = rf"(?:{_FIGURE}|[a-zäöüß]+)"
_BEFORE = re.compile(rf"(?:€|\bEUR)\s?(?P<number>{_FIGURE})(?![\d.,]*\d)", re.IGNORECASE)
_BEHIND = re.compile(
    rf"(?<![\w.,])(?:(?P<low>{_NUMBER})(?:\s?[-–/]\s?|\s+(?:bis(?:\s+zu)?|und|oder)\s+))?"
    rf"(?P<number>{_NUMBER})(?:,-|,–)?\s?(?P<unit>€|euro|eur\b|cents?\b)(?:\s(?P<cents>\d\d(?![\d.,:]*\d)|[a-zäöüß]+))?",
    re.IGNORECASE,
)


_CENTS = 100


class Amount(NamedTuple):
    """One amount."""

    start: int
    end: int
    euros: Decimal


def find_amounts(text: str) -> Iterator[Amount]:
    """Every amount of euros; both ends of a range."""
    for found in _BEFORE.finditer(text):
        yield Amount(*found.span(), parse_decimal(found["number"]))
    for found in _BEHIND.finditer(text):
        value = _parse(found["number"])
        if value is None:
            continue
        unit = Decimal("0.01") if found["unit"].lower().startswith("cent") else Decimal(1)
        low = _parse(found["low"]) if found["low"] else None
        if low is not None:
            yield Amount(*found.span(), low * unit)
        cents = _parse(found["cents"]) if found["cents"] and unit == 1 and value == int(value) else None
        yield Amount(*found.span(), value * unit + (cents / _CENTS if cents is not None and cents < _CENTS else 0))


def _parse(number: str) -> Decimal | None:
    if number[0].isdigit():
        return parse_decimal(number)
    value = parse_number_word(number)
    return None if value is None else Decimal(value)
