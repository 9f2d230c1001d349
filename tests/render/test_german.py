from __future__ import annotations

from datetime import datetime, timedelta, timezone
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiwerk.render.german import betrag, datum, format_moment, liste, uhrzeit
from kiwerk.render.problem import Misuse

FRIDAY = datetime(2026, 11, 27, 14, 30, tzinfo=timezone(timedelta(hours=1)))


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("2026-11-27", "27. November 2026"),
        ("2026-03-01", "1. März 2026"),
        ("2024-02-29", "29. Februar 2024"),
        ("2026-12-31T23:59", "31. Dezember 2026"),
        ("0001-01-01", "1. Januar 1"),
    ],
)
def test_date_is_written_out(value: str, expected: str) -> None:
    assert datum(value) == expected


def test_weekday_is_put_in_front() -> None:
    days = [datum(f"2026-11-{day}", wochentag=True).split(",")[0] for day in range(23, 30)]

    assert days == ["Montag", "Dienstag", "Mittwoch", "Donnerstag", "Freitag", "Samstag", "Sonntag"]
    assert datum("2026-11-27", wochentag=True) == "Freitag, 27. November 2026"


@pytest.mark.parametrize(
    "value",
    [
        *("", "27.11.2026", "2026-02-30", "2026-13-01", "2026-1-1", "20261127", "2026-W48-5", "2026-11-27 "),
        *("٢٠٢٦-11-27", "0000-01-01", 20261127, None, ["2026-11-27"]),
    ],
)
def test_what_is_no_date_is_refused(value: object) -> None:
    with pytest.raises(Misuse, match="is not a date"):
        datum(value)


@pytest.mark.parametrize(
    ("value", "expected"),
    [("14:30", "14:30 Uhr"), ("08:00", "08:00 Uhr"), ("23:59:58", "23:59 Uhr"), ("2026-11-27T00:05", "00:05 Uhr")],
)
def test_time_is_written_out(value: str, expected: str) -> None:
    assert uhrzeit(value) == expected


@pytest.mark.parametrize("value", ["", "24:00", "8:00", "14.30", "14:60", "2026-11-27", 1430, None, True])
def test_what_is_no_time_is_refused(value: object) -> None:
    with pytest.raises(Misuse, match="is not a time"):
        uhrzeit(value)


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (0, "0,00 €"),
        (1234.5, "1.234,50 €"),
        ("1234.50", "1.234,50 €"),
        ("1234567.8", "1.234.567,80 €"),
        ("-0.05", "-0,05 €"),
        (1.005, "1,01 €"),
        (2.675, "2,68 €"),
        (-2.675, "-2,68 €"),
        (0.1 + 0.2, "0,30 €"),
        (999_999_999_999_999, "999.999.999.999.999,00 €"),
    ],
)
def test_amount_is_written_out(value: object, expected: str) -> None:
    assert betrag(value) == expected


@pytest.mark.parametrize(
    "value",
    [
        *("", "1.234,50", "1,5", "1.999", "1e3", "+1", " 1", "1_0", "9" * 16),
        *(True, None, float("nan"), float("inf"), 10**15, []),
    ],
)
def test_what_is_no_amount_is_refused(value: object) -> None:
    with pytest.raises(Misuse, match="is not an amount of money"):
        betrag(value)


@given(st.decimals(-(10**12), 10**12, places=2))
def test_amount_can_be_read_back(value: Decimal) -> None:
    text = betrag(str(value.copy_abs()) if value == 0 else str(value))

    assert Decimal(text.removesuffix(" €").replace(".", "").replace(",", ".")) == value


@pytest.mark.parametrize(
    ("value", "expected"),
    [([], ""), (["a"], "a"), (["a", "b"], "a und b"), (["a", "b", "c"], "a, b und c"), ((1, 2.5), "1 und 2.5")],
)
def test_list_is_written_out(value: object, expected: str) -> None:
    assert liste(value) == expected


def test_last_word_can_be_chosen() -> None:
    assert liste(["a", "b", "c"], "oder") == "a, b oder c"


@pytest.mark.parametrize("value", ["abc", None, 3, [None], [["a"]], [True]])
def test_what_is_no_list_of_texts_is_refused(value: object) -> None:
    with pytest.raises(Misuse):
        liste(value)


@given(st.lists(st.text(alphabet="xyz", min_size=1), min_size=1))
def test_list_can_be_read_back(words: list[str]) -> None:
    *before, last = liste(words).split(" und ")

    assert [word for part in before for word in part.split(", ")] + [last] == words


@pytest.mark.parametrize(
    ("language", "date", "time", "both"),
    [
        ("de", "Freitag, 27. November 2026", "14:30 Uhr", "Freitag, 27. November 2026, 14:30 Uhr"),
        ("de-AT", "Freitag, 27. November 2026", "14:30 Uhr", "Freitag, 27. November 2026, 14:30 Uhr"),
        ("DE", "Freitag, 27. November 2026", "14:30 Uhr", "Freitag, 27. November 2026, 14:30 Uhr"),
        ("en", "Friday, 27 November 2026", "14:30", "Friday, 27 November 2026, 14:30"),
        ("en-GB", "Friday, 27 November 2026", "14:30", "Friday, 27 November 2026, 14:30"),
        ("fr", "2026-11-27", "14:30", "2026-11-27T14:30"),
        ("den", "2026-11-27", "14:30", "2026-11-27T14:30"),
    ],
)
def test_moment_is_written_in_the_language(language: str, date: str, time: str, both: str) -> None:
    assert format_moment(FRIDAY, "date", language) == date
    assert format_moment(FRIDAY, "time", language) == time
    assert format_moment(FRIDAY, "datetime", language) == both


@given(st.datetimes(), st.sampled_from(["de", "en"]))
def test_moment_names_the_day_and_the_minute(moment: datetime, language: str) -> None:
    text = format_moment(moment, "datetime", language)

    assert str(moment.day) in text
    assert str(moment.year) in text
    assert f"{moment.hour:02}:{moment.minute:02}" in text
