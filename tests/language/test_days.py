from __future__ import annotations

from datetime import date

import pytest

from kiwerk.language.days import Day, find_days, find_spans

FRIDAY = date(2026, 11, 27)


def _format(day: Day) -> str:
    return f"{day.kind} {' '.join(sorted(map(str, day.days)))}".strip()


@pytest.mark.parametrize(
    ("text", "days"),
    [
        ("2026-12-01", ["absolute 2026-12-01"]),
        ("2026-12-01T14:30", ["absolute 2026-12-01"]),
        ("1. Dezember", ["absolute 2026-12-01"]),
        ("am 1. Dez. 2027", ["absolute 2027-12-01"]),
        ("01.12.", ["absolute 2026-12-01"]),
        ("01.12.27", ["absolute 2027-12-01"]),
        ("den ersten Dezember", ["absolute 2026-12-01"]),
        ("am einunddreißigsten Januar", ["absolute 2027-01-31"]),
        ("2. Januar", ["absolute 2027-01-02"]),
        ("20. November", ["absolute 2026-11-20"]),
        ("31. Februar", ["absolute"]),
        ("December 1st, 2026", ["absolute 2026-12-01"]),
        ("1 December", ["absolute 2026-12-01"]),
        ("15/09/2026", ["absolute 2026-09-15"]),
        ("vom 24. bis 27. Dezember", ["absolute 2026-12-24", "absolute 2026-12-27"]),
        ("heute", ["relative 2026-11-27"]),
        ("Morgen um neun", ["relative 2026-11-28"]),
        ("Guten Morgen, übermorgen", ["relative 2026-11-29"]),
        ("heute Morgen", ["relative 2026-11-27"]),
        ("gestern", ["relative 2026-11-26"]),
        ("in zwei Wochen", ["relative 2026-12-11"]),
        ("in 3 Tagen", ["relative 2026-11-30"]),
        ("nächsten Dienstag", ["relative 2026-12-01 2026-12-08"]),
        ("kommenden Dienstag", ["relative 2026-12-01"]),
        ("nächste Woche Dienstag", ["relative 2026-12-01"]),
        ("Dienstag nächster Woche", ["relative 2026-12-01"]),
        ("diese Woche Sonntag", ["relative 2026-11-29"]),
        ("am Dienstag", ["weekday 2026-12-01"]),
        ("dienstags", ["weekday 2026-12-01"]),
        ("Dienstagabend", ["weekday 2026-12-01"]),
        ("Freitag", ["weekday 2026-11-27 2026-12-04"]),
        ("Sonnabend", ["weekday 2026-11-28"]),
    ],
)
def test_day_is_reckoned_from_today(text: str, days: list[str]) -> None:
    assert [_format(day) for day in find_days(text, FRIDAY)] == days


@pytest.mark.parametrize(
    "text",
    [
        *("", "Guten Morgen", "am Morgen", "Dezember 2026", "12.50 Euro", "um 10.10 Uhr", "24/7", "So geht das."),
        *("030 23125 042", "32.12.2026", "im August 18 Termine", "Version 3.14.1"),
    ],
)
def test_what_is_no_day_is_left_alone(text: str) -> None:
    assert find_days(text, FRIDAY) == []


def test_weekday_said_with_a_date_belongs_to_it() -> None:
    (day,) = find_days("Mittwoch, den 1. Dezember 2026", FRIDAY)
    assert (day.weekday, day.days) == (2, frozenset({date(2026, 12, 1)}))


def test_without_today_only_whole_dates_mean_a_day() -> None:
    found = find_days("heute, Dienstag, am 1. Dezember und am 1. Dezember 2026", None)
    assert [_format(day) for day in found] == ["relative", "weekday", "absolute", "absolute 2026-12-01"]


@pytest.mark.parametrize(
    ("text", "spans"),
    [
        ("Montag bis Freitag", 1),
        ("24. bis 27. Dezember", 1),
        ("vom 24.12. bis zum 27.12.", 1),
        ("Montag und Freitag", 0),
        ("am 24. und 27. Dezember", 0),
    ],
)
def test_stretch_of_days_has_two_ends(text: str, spans: int) -> None:
    assert len(list(find_spans(text, find_days(text, FRIDAY)))) == spans
