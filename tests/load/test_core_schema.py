from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiwerk.load.core_schema import LARGEST_EXACT, MAYBE_NOT_TEXT, UnfitNumber, is_canonical, resolve_plain


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("", None),
        ("~", None),
        ("null", None),
        ("Null", None),
        ("NULL", None),
        ("true", True),
        ("True", True),
        ("TRUE", True),
        ("false", False),
        ("False", False),
        ("FALSE", False),
        ("0", 0),
        ("-0", 0),
        ("12", 12),
        ("+12", 12),
        ("-12", -12),
        ("0123", 123),
        ("0o17", 15),
        ("0x1F", 31),
        ("0xff", 255),
        (str(LARGEST_EXACT), LARGEST_EXACT),
        (f"-{LARGEST_EXACT}", -LARGEST_EXACT),
        ("0" * 5000 + "7", 7),
        ("1.0", 1.0),
        ("1.", 1.0),
        (".5", 0.5),
        ("-.5", -0.5),
        ("1.10", 1.1),
        ("1e3", 1000.0),
        ("1E3", 1000.0),
        ("1.5e-3", 0.0015),
        ("1e-400", 0.0),
        ("0." + "3" * 5000, 1 / 3),
    ],
)
def test_core_schema_value_is_read(text: str, value: object) -> None:
    assert resolve_plain(text) == value
    assert type(resolve_plain(text)) is type(value)


@pytest.mark.parametrize(
    "text",
    [
        *("no", "No", "off", "on", "yes", "Yes", "y", "n", "nULL", "tRue", "nil", "None", "undefined"),
        *("2026-11-27", "2026-11-27T10:00", "2026-11-27 10:00:00Z", "12:30", "190:20:30", "1:2.5", "00:00"),
        *("1_000", "1,5", "1.2.3", "1 000", "030 23125 042", "+49 30 23125042", "90d", "1.000,00"),
        *("0b101", "0o8", "0o", "0x", "0xg", "-0x1F", "+0o7", "0X1F", "0O17", "0x1F.0", "0o 7"),
        *(".", "-", "+", "-.", "e3", "1e", "1e+", ".e3", "1.e", "--1", "+-1", "1-"),
        *(".inF", "-.nan", "+.nan", ".Nan", "inf", "nan", "Infinity"),
        *("٣٢", "1e٣", ".٣", "1²", "½", "1\n", "\n1", " 1", "1 ", "<<", "="),
    ],
)
def test_everything_else_is_text(text: str) -> None:
    assert resolve_plain(text) == text


@pytest.mark.parametrize(
    ("text", "why"),
    [
        (".inf", "is no finite number"),
        ("-.INF", "is no finite number"),
        ("+.Inf", "is no finite number"),
        (".nan", "is no finite number"),
        (".NaN", "is no finite number"),
        ("1e999", "is too large"),
        ("-1e999", "is too large"),
        (str(LARGEST_EXACT + 1), "is too large to be exact"),
        (str(-LARGEST_EXACT - 1), "is too large to be exact"),
        ("9" * 100_000, "is too large to be exact"),
        ("0x" + "f" * 100_000, "is too large to be exact"),
        ("0o" + "7" * 100_000, "is too large to be exact"),
        ("0x20000000000000", "is too large to be exact"),
    ],
)
def test_number_that_json_cannot_hold_is_refused(text: str, why: str) -> None:
    with pytest.raises(UnfitNumber, match=why):
        resolve_plain(text)


@pytest.mark.parametrize(
    "text", ["0", "7", "-7", "123456789", "1.0", "0.9", "-2.5", "0.00001", "1e-05", "1e+16", "1.5e+300"]
)
def test_number_written_as_it_is_read_is_canonical(text: str) -> None:
    value = resolve_plain(text)

    assert isinstance(value, int | float)
    assert is_canonical(text, value)


@pytest.mark.parametrize(
    "text",
    [
        "1.10",
        "0123",
        "1e3",
        "0x1F",
        "0o17",
        "03023125042",
        "+1",
        "-0",
        "00",
        "1.",
        ".5",
        "1E+16",
        "1e-400",
        "0.10",
        "1.00",
    ],
)
def test_number_written_otherwise_is_not_canonical(text: str) -> None:
    value = resolve_plain(text)

    assert isinstance(value, int | float)
    assert not is_canonical(text, value)


@given(st.integers(-LARGEST_EXACT, LARGEST_EXACT) | st.floats(allow_nan=False, allow_infinity=False))
def test_what_python_writes_is_canonical(number: float) -> None:
    value = resolve_plain(repr(number))

    assert type(value) is type(number)
    assert value == number
    assert is_canonical(repr(number), value)


@given(st.text() | st.from_regex(r"[-+.~0-9eExXoOinfaINFAN]{1,12}", fullmatch=True))
def test_first_character_tells_what_may_be_no_text(text: str) -> None:
    try:
        value = resolve_plain(text)
    except UnfitNumber:
        value = math.inf

    assert value == text or not text or text[0] in MAYBE_NOT_TEXT


def test_a_million_digits_before_a_letter_take_one_pass() -> None:
    text = "1" * 1_000_000 + "x"

    assert resolve_plain(text) is text
