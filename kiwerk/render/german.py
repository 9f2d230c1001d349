"""Dates, times, amounts and lists as Germans write them, and moments of a call in the agent's language.

Nothing here asks the machine's locale: the same input is the same text everywhere.
"""

from __future__ import annotations

import re
from datetime import date, datetime
from decimal import ROUND_HALF_UP, Decimal
from typing import Literal

from kiwerk.render.access import as_list, as_text, show
from kiwerk.render.problem import Misuse

Kind = Literal["date", "time", "datetime"]

_MONTHS = (
    *("Januar", "Februar", "März", "April", "Mai", "Juni"),
    *("Juli", "August", "September", "Oktober", "November", "Dezember"),
)
_WEEKDAYS = ("Montag", "Dienstag", "Mittwoch", "Donnerstag", "Freitag", "Samstag", "Sonntag")
_ENGLISH_MONTHS = (
    *("January", "February", "March", "April", "May", "June"),
    *("July", "August", "September", "October", "November", "December"),
)
_ENGLISH_WEEKDAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")

_DATE = re.compile(r"(\d{4})-(\d{2})-(\d{2})(?:T\d{2}:\d{2}(?::\d{2})?)?", re.ASCII)
_TIME = re.compile(r"(?:\d{4}-\d{2}-\d{2}T)?([01]\d|2[0-3]):([0-5]\d)(?::[0-5]\d)?", re.ASCII)
_AMOUNT = re.compile(r"-?\d{1,15}(?:\.\d{1,2})?", re.ASCII)
_LARGEST_AMOUNT = 10**15


def datum(value: object, *, wochentag: bool = False) -> str:
    """Date as "27. November 2026", with `wochentag` "Freitag, 27. November 2026".

    Args:
        value: `2026-11-27`, or a date with a time, `2026-11-27T14:30`, whose time is left out.
        wochentag: puts the day of the week in front.

    Raises:
        Misuse: `value` is no such text, or no day of the calendar.
    """
    found = _DATE.fullmatch(value) if isinstance(value, str) else None
    try:
        day = date(*(int(part) for part in found.groups())) if found else None
    except ValueError:
        day = None
    if day is None:
        raise Misuse(f"`datum`: {show(value)} is not a date", "Write dates as JJJJ-MM-TT, such as 2026-11-27")
    return _german_date(day, weekday=wochentag)


def uhrzeit(value: object) -> str:
    """Time of day as "14:30 Uhr".

    Args:
        value: `14:30`, or a date with a time, `2026-11-27T14:30`, whose date is left out; seconds are too.

    Raises:
        Misuse: `value` is no such text.
    """
    found = _TIME.fullmatch(value) if isinstance(value, str) else None
    if found is None:
        raise Misuse(f"`uhrzeit`: {show(value)} is not a time", "Write times as hh:mm, such as 14:30")
    return f"{found[1]}:{found[2]} Uhr"


def betrag(value: object) -> str:
    """Amount of euros as "1.234,50 €".

    Args:
        value: a number, or text such as "1234.50" with a point and at most two decimals. Numbers are rounded to
            cents, half a cent away from zero.

    Raises:
        Misuse: `value` is neither, or has more than 15 digits before the point.
    """
    if isinstance(value, str) and _AMOUNT.fullmatch(value):
        euros = Decimal(value)
    elif isinstance(value, (int, float)) and not isinstance(value, bool) and abs(value) < _LARGEST_AMOUNT:
        euros = Decimal(repr(value))
    else:
        raise Misuse(f"`betrag`: {show(value)} is not an amount of money", 'Write amounts as a number or as "1234.50".')
    text = f"{euros.quantize(Decimal('0.01'), ROUND_HALF_UP):,.2f}"
    return text.translate(str.maketrans(",.", ".,")) + " €"


def liste(value: object, wort: str = "und") -> str:
    """Enumeration as "a, b und c"; nothing for an empty list.

    Args:
        value: list of texts or numbers.
        wort: the word before the last element, such as "oder".

    Raises:
        Misuse: `value` is no list, or one of its elements cannot be printed.
    """
    if not isinstance(wort, str):
        raise Misuse("`liste`: the word before the last element is not text", "Write `| liste('oder')`")
    texts = [as_text(element) for element in as_list(value)]
    return f" {wort} ".join([", ".join(texts[:-1]), texts[-1]]) if len(texts) > 1 else "".join(texts)


def format_moment(value: datetime, kind: Kind, language: str) -> str:
    """Date, time or both as an agent would say it: "Freitag, 27. November 2026, 14:30 Uhr".

    German and English are written out. Every other language gets ISO 8601 (2026-11-27T14:30), which every model
    reads, because a half-translated date is worse than a plain one.

    Args:
        value: local time of the organization.
        kind: which part of it.
        language: BCP 47 tag; regions such as `de-AT` make no difference.
    """
    primary = language.partition("-")[0].lower()
    if primary == "de":
        day, clock = _german_date(value, weekday=True), f"{value:%H:%M} Uhr"
    elif primary == "en":
        month, weekday = _ENGLISH_MONTHS[value.month - 1], _ENGLISH_WEEKDAYS[value.weekday()]
        day, clock = f"{weekday}, {value.day} {month} {value.year}", f"{value:%H:%M}"
    else:
        day, clock = value.date().isoformat(), f"{value:%H:%M}"
        return {"date": day, "time": clock, "datetime": f"{day}T{clock}"}[kind]
    return {"date": day, "time": clock, "datetime": f"{day}, {clock}"}[kind]


def _german_date(day: date, *, weekday: bool) -> str:
    text = f"{day.day}. {_MONTHS[day.month - 1]} {day.year}"
    return f"{_WEEKDAYS[day.weekday()]}, {text}" if weekday else text
