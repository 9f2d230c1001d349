from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiwerk.rules import Event, Label, are_correlated, are_equal, parse_label

NAMES = st.from_regex(r"[a-z][a-z0-9_]{0,5}", fullmatch=True)
LABELS = st.builds(lambda toolset, name, outcome: Label(f"{toolset}.{name}", outcome), NAMES, NAMES, st.none() | NAMES)


@pytest.mark.parametrize(
    ("label", "operation", "outcome", "expected"),
    [
        ("kalender.pruefen", "kalender.pruefen", "frei", True),
        ("kalender.pruefen", "kalender.pruefen", "error", True),
        ("kalender.pruefen:frei", "kalender.pruefen", "frei", True),
        ("kalender.pruefen:frei", "kalender.pruefen", "belegt", False),
        ("kalender.pruefen:error", "kalender.pruefen", "error", True),
        ("kalender.pruefen", "kalender.buchen", "frei", False),
        ("kalender.pruefen", "kalender.pruefen2", "frei", False),
        ("kalender.pruefen:frei", "kalender.pruefen:frei", "frei", False),
    ],
)
def test_label_matches_every_outcome_unless_it_names_one(
    label: str, operation: str, outcome: str, *, expected: bool
) -> None:
    assert parse_label(label).matches(Event(operation, outcome)) is expected


@pytest.mark.parametrize(
    "text", ["", "kalender", "kalender.", ".pruefen", "kalender.pruefen:", "a.b.c", "a.b:c:d", "a. b", "a.b\n", ":frei"]
)
def test_malformed_label_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="is no event"):
        parse_label(text)


@given(LABELS)
def test_written_label_parses_to_itself(label: Label) -> None:
    assert parse_label(str(label)) == label


def test_event_reads_like_the_label_that_matches_only_it() -> None:
    event = Event("kalender.pruefen", "frei", {"beginn": "2026-12-01T14:30"}, 1)
    assert parse_label(str(event)).matches(event)


@pytest.mark.parametrize(
    ("one", "other", "expected"),
    [
        (1, 1.0, True),
        (1, True, False),
        (0, False, False),
        (True, True, True),
        ("1", 1, False),
        (None, None, True),
        (None, False, False),
        ([1, [2]], (1, (2,)), True),
        ([1], [1, 1], False),
        ([True], [1], False),
        ({"a": 1}, {"a": 1}, True),
        ({"a": 1}, {"a": True}, False),
        ({"a": 1}, {"a": 1, "b": 2}, False),
        ({}, [], False),
    ],
)
def test_equality_is_that_of_json_values(one: object, other: object, *, expected: bool) -> None:
    assert are_equal(one, other) is expected
    assert are_equal(other, one) is expected


@pytest.mark.parametrize(
    ("one", "other", "same", "expected"),
    [
        ({}, {}, (), True),
        ({"a": 1}, {"a": 1}, ("a",), True),
        ({"a": 1, "b": 2}, {"a": 1, "b": 3}, ("a",), True),
        ({"a": 1, "b": 2}, {"a": 1, "b": 3}, ("a", "b"), False),
        ({}, {}, ("a",), False),
        ({"a": None}, {}, ("a",), False),
        ({"a": None}, {"a": None}, ("a",), True),
    ],
)
def test_missing_argument_correlates_with_nothing(
    one: dict[str, object], other: dict[str, object], same: tuple[str, ...], *, expected: bool
) -> None:
    assert are_correlated(Event("a.b", "ok", one), Event("c.d", "ok", other), same) is expected
