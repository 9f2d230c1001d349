from __future__ import annotations

from datetime import timedelta

import pytest

from kiwerk.language.phrase import count, format_duration, format_eur, join_names


@pytest.mark.parametrize(
    ("number", "names", "text"),
    [(0, ("case",), "0 cases"), (1, ("case",), "1 case"), (1, ("entry", "entries"), "1 entry"),
     (2, ("entry", "entries"), "2 entries")],
)  # fmt: skip
def test_number_of_things_is_grammatical(number: int, names: tuple[str, ...], text: str) -> None:
    assert count(number, *names) == text


@pytest.mark.parametrize(("number", "text"), [(0, ""), (1, "a"), (5, "a, b, c, d, e"), (7, "a, b, c, d, e and 2 more")])
def test_long_list_of_names_is_cut(number: int, text: str) -> None:
    assert join_names("abcdefg"[:number]) == text


@pytest.mark.parametrize(
    ("duration", "text"),
    [
        (timedelta(days=14), "14 days"),
        (timedelta(hours=12), "12 hours"),
        (timedelta(hours=36), "36 hours"),
        (timedelta(hours=24), "1 day"),
        (timedelta(minutes=90), "90 minutes"),
        (timedelta(seconds=1), "1 second"),
        (timedelta(), "0 seconds"),
    ],
)
def test_duration_is_said_as_exactly_as_it_was_written(duration: timedelta, text: str) -> None:
    assert format_duration(duration) == text


@pytest.mark.parametrize(
    ("amount", "text"),
    [(0, "0.00 EUR"), (0.00012, "0.00012 EUR"), (0.0999, "0.100 EUR"), (0.1, "0.10 EUR"), (12.345, "12.35 EUR")],
)
def test_small_amounts_are_not_rounded_away(amount: float, text: str) -> None:
    assert format_eur(amount) == text
