"""Phone numbers, prices and dates in German text and in facts, written in one way so that they can be compared."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from kiwerk.spec.walk import Route

_MONTHS = (
    *("januar", "februar", "märz", "april", "mai", "juni"),
    *("juli", "august", "september", "oktober", "november", "dezember"),
)
_SHORTEST_NUMBER = 7
"""Digits with the area code; shorter ones are house numbers, codes and emergency numbers, which everybody may write."""

_PHONE = re.compile(r"(?<![\w.,:-])(?:\+|00?(?=[1-9 (/-]))[0-9](?:[ ()/-]{0,3}[0-9])+(?![\w:]|[.,][0-9])")
_PRICE = re.compile(
    r"(?<![\w.,])(?:(?:€|EUR) ?(?P<after>[0-9][0-9.]*(?:,[0-9]{2})?)(?![0-9])"
    r"|(?P<before>[0-9][0-9.]*(?:,(?:[0-9]{1,2}|-{1,2}|–))?) ?(?:€|EUR\b|Euro\b))"
)
_DATE = re.compile(
    r"(?<![\w.,:-])(?:(?P<iso>[0-9]{4}-[0-9]{2}-[0-9]{2})(?![\w-])"
    r"|(?P<day>[0-9]{1,2})\. ?(?:(?P<month>[0-9]{1,2})\.|(?P<name>" + "|".join(_MONTHS) + r")\b)"
    r"(?: ?(?P<year>[0-9]{4}))?(?![0-9]))",
    re.IGNORECASE,
)
_AMOUNT_KEY = re.compile(r"(?:^|_)(?:euro|eur|preis|betrag|kosten|gebuehr|price|fee|amount)(?:_|$)")


class Literal(NamedTuple):
    """One phone number, price or date."""

    kind: str
    value: str
    """The same for every way of writing it; of a date `month-day` where the text names no year."""
    text: str
    """As written."""
    begin: int
    """Position in the text."""

    def means(self, other: Literal) -> bool:
        """Whether both say the same; a day without a year is that day of any year."""
        if self.kind != other.kind:
            return False
        if self.kind == "date":
            shorter = min(len(self.value), len(other.value))
            return self.value[-shorter:] == other.value[-shorter:]
        return self.value == other.value


def find_literals(text: str) -> Iterator[Literal]:
    """Every phone number, price and date of a text."""
    readers: tuple[tuple[str, re.Pattern[str], Callable[[re.Match[str]], str | None]], ...] = (
        ("date", _DATE, _read_date),
        ("phone number", _PHONE, _read_phone),
        ("price", _PRICE, _read_price),
    )
    for kind, pattern, read in readers:
        for match in pattern.finditer(text):
            value = read(match)
            if value is not None:
                yield Literal(kind, value, match[0], match.start())


def find_fact_literals(value: object, route: Route) -> Iterator[tuple[Route, Literal]]:
    """Every phone number, price and date in the values of facts, with its place.

    A number without a unit is a price where its key says so: `euro: 15`.
    """
    items = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, item in items:
        yield from find_fact_literals(item, (*route, key))
    if isinstance(value, str):
        yield from ((route, literal) for literal in find_literals(value))
    if isinstance(value, int | float | str) and not isinstance(value, bool) and _AMOUNT_KEY.search(_last_key(route)):
        cents = _to_cents(str(value) if isinstance(value, str) else f"{value:.2f}".replace(".", ","))
        if cents is not None:
            yield route, Literal("price", cents, str(value), 0)


def _last_key(route: Route) -> str:
    return next((part.lower() for part in reversed(route) if isinstance(part, str)), "")


def _read_phone(match: re.Match[str]) -> str | None:
    digits = re.sub(r"\D", "", match[0].replace("(0)", ""))
    if match[0].startswith("+") or digits.startswith("00"):
        digits = digits.removeprefix("00")
        digits = f"0{digits[2:]}" if digits.startswith("49") else f"00{digits}"
    return digits if len(digits) >= _SHORTEST_NUMBER else None


def _read_price(match: re.Match[str]) -> str | None:
    return _to_cents(match["after"] or match["before"])


def _to_cents(text: str) -> str | None:
    """Whole cents of an amount in German notation, or None where it is none."""
    found = re.fullmatch(r"([0-9]{1,3}(?:\.[0-9]{3})+|[0-9]{1,12})(?:,([0-9]{1,2}|-{1,2}|–))?", text.strip(" ."))
    if found is None:
        return None
    cents = found[2] if found[2] and found[2].isdigit() else "00"
    return str(int(found[1].replace(".", "")) * 100 + int(cents.ljust(2, "0")))


def _read_date(match: re.Match[str]) -> str | None:
    if match["iso"]:
        return match["iso"]
    month = int(match["month"]) if match["month"] else _MONTHS.index(match["name"].lower()) + 1
    day = int(match["day"])
    if not (1 <= day <= 31 and 1 <= month <= 12):  # noqa: PLR2004  # days of a month, months of a year
        return None
    return f"{match['year']}-{month:02}-{day:02}" if match["year"] else f"{month:02}-{day:02}"
