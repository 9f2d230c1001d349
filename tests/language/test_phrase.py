from __future__ import annotations

from datetime import timedelta

import pytest

from kiwerk.language.phrase import count, format_duration, format_eur, format_high, format_low, format_share, join_names


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


@pytest.mark.parametrize(
    ("share", "text"),
    [(44 / 45, "0.978"), (0.9, "0.90"), (0.0, "0.00"), (1.0, "1.00"), (0.9999, "0.999"), (0.0001, "0.001")],
)
def test_share_is_rounded_to_the_nearest_and_never_to_all_or_none(share: float, text: str) -> None:
    assert format_share(share) == text


@pytest.mark.parametrize(
    ("low", "high", "text"),
    [(0.8843, 0.9961, "0.884 to 0.997"), (0.0, 1.0, "0.00 to 1.00"), (-0.1234, 0.9, "-0.124 to 0.90")],
)
def test_ends_of_an_interval_are_rounded_outward(low: float, high: float, text: str) -> None:
    assert f"{format_low(low)} to {format_high(high)}" == text
