"""Days of the calendar in a text, in German and a little English, as seen from a given day.

Absolute ("1. Dezember", "01.12.2026", "den ersten Dezember", "Dec 12"), relative ("morgen", "nächsten Dienstag",
"in zwei Wochen") and days of the week. A date without a year is the one nearest in time, rather ahead than behind.
"""

from __future__ import annotations

import re
from datetime import date, timedelta
from itertools import pairwise
from typing import TYPE_CHECKING, Literal, NamedTuple

from kiwerk.language.numbers import number_words, ordinal_words

if TYPE_CHECKING:
    from collections.abc import Iterator

WEEKDAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
_GERMAN = ("montag", "dienstag", "mittwoch", "donnerstag", "freitag", "samstag", "sonntag")
_WEEKDAY_WORDS = {
    **{name: number for number, name in enumerate(_GERMAN)},
    **{name.lower(): number for number, name in enumerate(WEEKDAYS)},
    "sonnabend": 5,
}
_SHORT = {name: number for number, name in enumerate(("mo", "di", "mi", "do", "fr", "sa", "so"))} | {
    name: number for number, name in enumerate(("mon", "tue", "wed", "thu", "fri", "sat", "sun"))
}
_MONTHS = (
    *("jan(?:uar|uary)?", "feb(?:ruar|ruary)?", "märz|mrz|mar(?:ch)?|maerz", "apr(?:il)?", "mai|may", "juni?e?"),
    *("juli?y?", "aug(?:ust)?", "sept?(?:ember)?", "o[kc]t(?:ober)?", "nov(?:ember)?", "de[zc](?:ember)?"),
)
_MONTH = rf"(?:{'|'.join(_MONTHS)})(?![a-zäöü])\.?"
_MONTH_NUMBERS = [re.compile(rf"(?:{pattern})\.?", re.IGNORECASE) for pattern in _MONTHS]
_YEAR = r"(?P<y>(?:19|20)\d{2}|'\d{2})"
_WEEKDAY = rf"(?P<w>(?:{'|'.join(_WEEKDAY_WORDS)})|(?:{'|'.join(sorted(_SHORT, key=len, reverse=True))})\b)"
_ATTACHED = (
    rf"(?:(?<!\w){_WEEKDAY}(?:morgen|abend|vormittag|nachmittag|mittag)?s?[\s,.]*(?:,?\s*(?:den|dem|der|the)\s+)?)?"
)
_ORDINAL = "|".join(sorted(ordinal_words(), key=len, reverse=True))

_PATTERNS = [
    r"(?<![\d-])(?P<y>\d{4})-(?P<m>0[1-9]|1[0-2])-(?P<d>0[1-9]|[12]\d|3[01])(?![\d-])",
    rf"{_ATTACHED}(?<![\w.,:])(?P<d>\d{{1,2}})(?:\.|st|nd|rd|th)?\s*(?:of\s+)?(?P<n>{_MONTH})(?:\s*,?\s*{_YEAR})?(?!\d)",
    rf"{_ATTACHED}(?<!\w)(?P<o>{_ORDINAL})\s+(?P<n>{_MONTH})(?:\s+{_YEAR})?(?!\w)",
    rf"{_ATTACHED}(?<!\w)(?P<n>{_MONTH})\s+(?P<d>\d{{1,2}})(?:st|nd|rd|th)?(?!\d|[:.]\d|\s+(?![ap]m\b)[^\W\d]{{3,}})(?:,?\s+(?P<y>(?:19|20)\d{{2}}))?",
    rf"{_ATTACHED}(?<![\d.,:])(?P<d>\d{{1,2}})\.\s?(?P<m>\d{{1,2}})\.\s?(?P<y>(?:19|20)\d{{2}}|\d{{2}}(?!\d|\s*(?:uhr|h\b)|[:.]\d))?(?!\d)",
    rf"{_ATTACHED}(?<![\d.,:])(?P<d>\d{{1,2}})\.\s?(?P<m>\d{{1,2}})\.(?!\d{{3}})",
    rf"{_ATTACHED}(?<![\d/])(?P<d>\d{{1,2}})(?P<s>[/-])(?P<m>\d{{1,2}})(?P=s)(?P<y>(?:19|20)\d{{2}}|\d{{2}})(?!\d)",
    rf"{_ATTACHED}(?<![\d/])(?P<d>\d{{1,2}})/(?P<m>0\d|1[0-2])(?![\d/]|\s*(?:uhr|h\b))",
    # 18.09 without its second dot, where it cannot be a time or an amount
    rf"{_ATTACHED}(?:^|(?<=\s)|(?<=-)|(?<=–))(?<!\0\s)(?<!\0)(?P<d>\d{{1,2}})\.(?P<m>\d{{1,2}})(?![\d.,]*\d|\s*(?:uhr|h\b|€|euro|eur))",
]
_DATES = [
    re.compile(pattern.replace("([/-])", "(?P<s>[/-])").replace(r"(?P=s)", "(?P=s)"), re.IGNORECASE)
    for pattern in _PATTERNS
]
_TO = r"\s*(?P<to>-|–|bis|auf|/|und|zum)\s*(?:(?:auf|zum|den|dem)\s+){0,2}"
_SHARED_MONTH = re.compile(rf"(?<![\d.,:])(?P<d>\d{{1,2}})\.?{_TO}$", re.IGNORECASE)
_BETWEEN = re.compile(r"\s*(?:-|–|bis|auf)\s*(?:(?:auf|zum|den|dem|einschließlich)\s+){0,2}", re.IGNORECASE)
_RELATIVE = {"vorgestern": -2, "gestern": -1, "heute": 0, "morgen": 1, "übermorgen": 2} | {
    "yesterday": -1,
    "today": 0,
    "tomorrow": 1,
}
_RELATIVE_WORD = re.compile(rf"(?<!\w)(?:{'|'.join(sorted(_RELATIVE, key=len, reverse=True))})(?!\w)", re.IGNORECASE)
_NO_TOMORROW = re.compile(
    r"(?:guten|schönen|am|jeden|diesen|heute|gestern|übermorgen|tag|woch|abend)\s+$", re.IGNORECASE
)
_COUNT = rf"(?P<c>\d{{1,2}}|{'|'.join(sorted(number_words(), key=len, reverse=True))})"
_IN_DAYS = re.compile(rf"(?<!\w)in\s+{_COUNT}\s+(?P<u>tag(?:en)?|wochen?)(?!\w)", re.IGNORECASE)
_WEEKDAY_ALONE = re.compile(
    rf"(?:(?P<p>nächste[nr]?|kommende[nr]?|diese[nr]?|next|this)\s+(?:(?P<k>woche|week)\s+(?:am\s+)?)?)?"
    rf"(?<!\w)(?P<w>{'|'.join(_WEEKDAY_WORDS)})s?(?P<e>\s+(?:der\s+)?nächste[rn]?\s+woche)?(?=\W|$|morgen|abend|vor|nach|mittag|früh)",
    re.IGNORECASE,
)
_CENTURY = 100
_AHEAD, _BEHIND = timedelta(days=275), timedelta(days=91)


class Day(NamedTuple):
    """One mention of a day."""

    start: int
    end: int
    kind: Literal["absolute", "relative", "weekday"]
    days: frozenset[date]
    """What it can mean; empty where there is no such day, or nothing to reckon from."""
    weekday: int | None = None
    """The day of the week that is named with it, Monday 0."""


def find_days(text: str, today: date | None) -> list[Day]:
    """Every mention of a day in order of the text; of a range both ends.

    Args:
        text: the text.
        today: where relative words and missing years are reckoned from; without it they mean nothing.
    """
    found: list[Day] = []
    for pattern in _DATES:
        for match in pattern.finditer(text):
            day = _read_date(match, today)
            if day is not None:
                found.append(day)
                found += _share_month(match, text, day)
                text = text[: match.start()] + "\0" * len(match[0]) + text[match.end() :]
    for match in _RELATIVE_WORD.finditer(text):
        if match[0].lower() != "morgen" or (
            not (match[0] == "Morgen" and match.start()) and not _NO_TOMORROW.search(text, 0, match.start())
        ):
            distance = timedelta(days=_RELATIVE[match[0].lower()])
            found.append(Day(*match.span(), "relative", frozenset({today + distance} if today else ())))
    for match in _IN_DAYS.finditer(text):
        count = int(match["c"]) if match["c"].isdigit() else number_words()[match["c"].lower()]
        distance = timedelta(days=count * (7 if match["u"].lower().startswith("w") else 1))
        found.append(Day(*match.span(), "relative", frozenset({today + distance} if today else ())))
    found += (_read_weekday(match, today) for match in _WEEKDAY_ALONE.finditer(text))
    return sorted(found)


def find_spans(text: str, days: list[Day]) -> Iterator[tuple[Day, Day]]:
    """Pairs of days that are the ends of a stretch: "Montag bis Freitag", "vom 24. bis 27. Dezember"."""
    for first, second in pairwise(days):
        shared = first.end == second.end and first.start < second.start
        if shared or _BETWEEN.fullmatch(text, first.end, second.start):
            yield first, second


def _read_date(match: re.Match[str], today: date | None) -> Day | None:
    named = match.groupdict()
    day = int(named["d"]) if named.get("d") else ordinal_words()[named["o"].lower()]
    name = named.get("n")
    month = (
        next(number for number, pattern in enumerate(_MONTH_NUMBERS, 1) if pattern.fullmatch(name))
        if name
        else int(named["m"])
    )
    if day not in range(1, 32) or month not in range(1, 13):
        return None
    word = (named.get("w") or "").lower()
    weekday = _WEEKDAY_WORDS.get(word, _SHORT.get(word))
    return Day(*match.span(), "absolute", _days_of(day, month, named.get("y"), today), weekday)


def _share_month(match: re.Match[str], text: str, day: Day) -> Iterator[Day]:
    """The first day of "20. bis 23. Juli", which borrows month and year from the second."""
    before = _SHARED_MONTH.search(text[: match.start()])
    if before is None or not day.days:
        return
    last = min(day.days)
    number = int(before["d"])
    if 1 <= number < last.day:
        first = frozenset({last.replace(day=number)})
        yield Day(before.start(), day.end if before["to"] not in ("und", "/") else before.end("d"), "absolute", first)


def _days_of(day: int, month: int, year: str | None, today: date | None) -> frozenset[date]:
    if year:
        number = int(year.lstrip("'"))
        years = [number if number > _CENTURY else 2000 + number]
    elif today:
        years = [today.year - 1, today.year, today.year + 1]
    else:
        return frozenset()
    possible = []
    for number in years:
        try:
            possible.append(date(number, month, day))
        except ValueError:
            continue
    if year or today is None:
        return frozenset(possible)
    near = [one for one in possible if today - _BEHIND <= one <= today + _AHEAD]
    return frozenset(near or possible)


def _read_weekday(match: re.Match[str], today: date | None) -> Day:
    weekday = _WEEKDAY_WORDS[match["w"].lower()]
    prefix = (match["p"] or "").lower()
    kind: Literal["relative", "weekday"] = "relative" if prefix or match["e"] else "weekday"
    if today is None:
        return Day(*match.span(), kind, frozenset(), weekday)
    monday = today - timedelta(days=today.weekday())
    if match["e"] or (match["k"] and not prefix.startswith(("diese", "this"))):
        return Day(*match.span(), kind, frozenset({monday + timedelta(days=7 + weekday)}), weekday)
    if match["k"]:
        return Day(*match.span(), kind, frozenset({monday + timedelta(days=weekday)}), weekday)
    first = today + timedelta(days=(weekday - today.weekday()) % 7)
    days = {first}
    if first == today:
        days.add(first + timedelta(days=7))
    if prefix.startswith(("nächste", "next")):
        # on a Friday, "nächsten Dienstag" is in four days for some and in eleven for others
        days.add(first + timedelta(days=7))
    return Day(*match.span(), kind, frozenset(days), weekday)
