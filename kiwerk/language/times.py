"""Times of day in a text, in German and a little English: "14:30", "14.30 Uhr", "halb drei", "9 pm".

What is said by the twelve-hour clock means both halves of the day, unless a word such as "abends" decides:
"halb drei" is 02:30 or 14:30. The text comes with its dates already blanked out (`days.py`).
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

from kiwerk.language.numbers import number_words

if TYPE_CHECKING:
    from collections.abc import Iterator

BLANK = "\0"
"""What stands where a date was."""

_HOUR_WORDS = {word: value for word, value in number_words().items() if value in range(1, 25)}
_MINUTE_WORDS = {word: value for word, value in number_words().items() if value in range(2, 60)}
_HOUR = rf"(?:{'|'.join(sorted(_HOUR_WORDS, key=len, reverse=True))}|[01]?\d|2[0-4])"
_MINUTE = rf"(?:[0-5]\d|{'|'.join(sorted(_MINUTE_WORDS, key=len, reverse=True))})"
_FEW = "fünf|zehn|zwanzig|5|10|20|(?:\\d{1,2}|[a-zäöüß]+)\\s+minuten"
_LEAD = (
    rf"(?:{BLANK}[\s,.()]*(?:(?:um|ab|gegen|vor|nach|ca\.?|circa|etwa|spätestens|bis|von|zwischen|-|–|morgens|abends)\s*)*"
    r"|\b(?:um|ab|gegen|ca\.?|circa|spätestens|bis|von|zwischen|und)\s+)"
)
_TO = r"(?:\s*[-–/]\s*|\s+(?:bis(?:\s+(?:ca\.?|gegen|um))?|und|oder|auf)\s+|(?<=\d)\s?bis\s?(?=\d))"

_PATTERNS = [
    # 1030-1215
    rf"(?<![\d.:])(?P<h>[01]\d|2[0-3])(?P<m>[0-5]\d){_TO}(?P<h2>[01]\d|2[0-3])(?P<m2>[0-5]\d)(?:\s*uhr|\s*h\b)?(?!\d|\.\d)",
    # 8:30 - 9:30 Uhr, 9-17 Uhr, acht bis zehn Uhr, 9am - 11pm
    (
        rf"(?<![\w.,:])(?P<h>{_HOUR})(?:[:.](?P<m>[0-5]\d))?(?:\s*uhr|\s*h\b)?\s?(?P<half>[ap]\.?m\b\.?)?{_TO}"
        rf"(?P<h2>{_HOUR})(?:[:.](?P<m2>[0-5]\d))?\s*(?:uhr\b|h\b|(?P<half2>[ap]\.?m\b\.?))"
    ),
    # 14:30, 8:30 Uhr, 7:20 AM
    r"(?<![\d.,:])(?P<h>[01]?\d|2[0-4])\s?::?\s?(?P<m>[0-5]\d)(?::[0-5]\d)?(?!\d|[.:]\d)\s?(?P<half>[ap]\.?m\b\.?)?",
    # 18h45
    r"(?<![\w.,:])(?P<h>[01]?\d|2[0-4])h(?P<m>[0-5]\d)(?!\w)",
    # 14.30 Uhr, um 14.30, 2. August 16.45
    r"(?<![\d.,:])(?P<h>[01]?\d|2[0-4])\.(?P<m>[0-5]\d)(?=\s*(?:uhr|h)\b)",
    rf"{_LEAD}(?P<h>[01]?\d|2[0-4])\.(?P<m>[0-5]\d)(?!\d|[.,]\d|\s*(?:€|euro|eur))",
    # fünf vor halb drei, viertel nach zwei, zehn vor drei, halb drei, dreiviertel vier
    rf"\b(?P<few>{_FEW})\s+(?P<side>vor|nach)\s+(?P<base>halb\s+)?(?P<h>{_HOUR})\b(?!\s*(?:tage|wochen|monat))",
    rf"\b(?P<quarter>viertel|dreiviertel|halb)(?:\s+(?P<side>vor|nach))?\s+(?P<h>{_HOUR})(?!\w|[.,]\d)",
    # 17 Uhr 30, drei Uhr fünfzehn, 8 Uhr, 17h
    rf"(?<![\w.,:])(?P<h>{_HOUR})\s*(?:uhr\b|h\b)(?:\s+(?:und\s+)?(?P<m>{_MINUTE})(?!\w|[.:]))?",
    r"(?P<midnight>mitternacht)",
    # 9 pm
    r"(?<![\w.,:])(?P<h>1[0-2]|0?\d)\s?(?P<half>[ap]\.?m\b\.?)",
    # um drei, gegen 9
    (
        rf"\b(?:um|gegen)\s+(?:ca\.?\s+|etwa\s+)?(?P<h>{_HOUR})(?!\w|[.,:]\d|\.\s?\w|\s*(?:€|%|euro|prozent|tag|woche|jahr|minute"
        r"|stunde|monat|person|kilo|meter|zentimeter|grad))"
    ),
]
_TIMES = [re.compile(pattern, re.IGNORECASE) for pattern in _PATTERNS]
_MORNING = re.compile(r"[\s,]*(?:am\s+)?(?:morgens?|früh|vormittags?|nachts)\b", re.IGNORECASE)
_EVENING = re.compile(r"[\s,]*(?:am\s+)?(?:(?:nach)?mittags?|abends?|in the evening)\b", re.IGNORECASE)
_NOON = 12


class Clock(NamedTuple):
    """One time of day."""

    start: int
    end: int
    times: frozenset[tuple[int, int]]
    """Hour and minute; two of them where the half of the day is open."""


def find_times(text: str) -> Iterator[Clock]:
    """Every time of day, both ends of a range; each passage is read once."""
    for pattern in _TIMES:
        for found in pattern.finditer(text):
            yield from _read(found, text)
        text = pattern.sub(lambda found: BLANK * len(found[0]), text)


def _read(found: re.Match[str], text: str) -> Iterator[Clock]:
    named = found.groupdict()
    if named.get("midnight"):
        yield Clock(*found.span(), frozenset({(0, 0)}))
        return
    half = named.get("half") or ""
    later_half = named.get("half2") or ""
    for suffix, letter in (("", half or later_half), ("2", later_half)):
        hour = named.get(f"h{suffix}")
        if hour is None:
            continue
        # figures with minutes are taken by the 24-hour clock
        exact = bool(named.get(f"m{suffix}")) and hour.isdigit()
        spoken = _value(named.get(f"m{suffix}"), _MINUTE_WORDS)
        total = _value(hour, _HOUR_WORDS) * 60 + spoken + _shift(named)
        times = _both_halves(total, exact=exact)
        yield Clock(*found.span(), _decide(times, letter, text, found.end()))


def _value(text: str | None, words: dict[str, int]) -> int:
    if text is None:
        return 0
    return int(text) if text.isdigit() else words[text.lower()]


def _shift(named: dict[str, str | None]) -> int:
    """Minutes that the words before the hour add: "halb" 30 less, "viertel nach" 15 more."""
    minutes = 0
    if few := named.get("few"):
        count = few.split()[0].lower()
        amount = int(count) if count.isdigit() else number_words().get(count, 0)
        minutes = amount if (named["side"] or "").lower() == "nach" else -amount
        return minutes - (30 if named.get("base") else 0)
    quarter = (named.get("quarter") or "").lower()
    if quarter == "viertel":
        side = (named.get("side") or "").lower()
        # "viertel drei" is a quarter past two in the east and south
        return {"nach": 15, "vor": -15, "": -45}[side]
    return {"halb": -30, "dreiviertel": -15, "": 0}[quarter]


def _both_halves(minutes: int, *, exact: bool) -> frozenset[tuple[int, int]]:
    minutes %= 24 * 60
    hour, minute = divmod(minutes, 60)
    if exact or hour > _NOON:
        return frozenset({(hour, minute)})
    return frozenset({(hour, minute), ((hour + _NOON) % 24, minute)})


def _decide(times: frozenset[tuple[int, int]], half: str, text: str, end: int) -> frozenset[tuple[int, int]]:
    if half:
        hours = {(hour % _NOON) + (_NOON if half[0] in "pP" else 0) for hour, _ in times}
        return frozenset((hour, minute) for hour in hours for _, minute in times)
    if len(times) > 1 and _MORNING.match(text, end):
        return frozenset(time for time in times if time[0] < _NOON)
    if len(times) > 1 and _EVENING.match(text, end):
        return frozenset(time for time in times if time[0] >= _NOON)
    return times
