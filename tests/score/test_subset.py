from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiwerk.score.subset import find_difference, format_value

JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=3), inner, max_size=3),
    max_leaves=10,
)


@pytest.mark.parametrize(
    ("expected", "found", "sentence"),
    [
        ({}, {}, None),
        ({}, {"a": 1}, None),
        ({"a": {}}, {"a": {"b": 1}}, None),
        ([], [], None),
        ([{"a": 1}], [{"a": 1, "b": 2}], None),
        ([{"a": 1}], ({"a": 1},), None),
        (1, 1.0, None),
        (
            {"kalender": {"termine": [{"name": "Erika Beispiel"}]}},
            {"kalender": {"termine": [{"name": "Max"}]}},
            "kalender.termine[0].name: expected 'Erika Beispiel', found 'Max'",
        ),
        ({"a": {"b": 1}}, {"a": {}}, "a.b: expected 1, found nothing"),
        ({"a": {"b": 1}}, {}, 'a: expected {"b": 1}, found nothing'),
        ({"a": None}, {}, "a: expected null, found nothing"),
        ({"a": []}, {"a": [1]}, "a: expected 0 entries, found 1: [1]"),
        ({"a": [1]}, {"a": []}, "a: expected 1 entry, found 0: []"),
        ([1, 2], [2, 1], "[0]: expected 1, found 2"),
        ({"a": [[1], [2]]}, {"a": [[1], [3]]}, "a[1][0]: expected 2, found 3"),
        ({"a": 1}, {"a": True}, "a: expected 1, found true"),
        ({"a": "1"}, {"a": 1}, "a: expected '1', found 1"),
        ({"a": {"b": 1}}, {"a": [1]}, 'a: expected {"b": 1}, found [1]'),
        ({"a": [1]}, {"a": {"b": 1}}, 'a: expected [1], found {"b": 1}'),
        ({"a": [1]}, {"a": "1"}, "a: expected [1], found '1'"),
        ({"b": 1, "a": 1}, {}, "b: expected 1, found nothing"),
        (1, 2, "expected 1, found 2"),
    ],
)
def test_first_difference_is_named_with_its_path(expected: Any, found: Any, sentence: str | None) -> None:
    difference = find_difference(expected, found)
    assert (None if difference is None else str(difference)) == sentence


@given(JSON)
def test_everything_contains_itself(value: object) -> None:
    assert find_difference(value, value) is None


@given(st.dictionaries(st.text(max_size=3), JSON, min_size=1, max_size=3), st.data())
def test_less_is_contained_in_more_and_not_the_other_way(whole: dict[str, object], data: st.DataObject) -> None:
    left_out = data.draw(st.sampled_from(sorted(whole)))
    part = {key: value for key, value in whole.items() if key != left_out}
    assert find_difference(part, whole) is None
    assert find_difference(whole, part) is not None


def test_long_value_is_cut() -> None:
    assert format_value("x" * 500) == f"'{'x' * 198}…"
    assert format_value("x" * 198) == f"'{'x' * 198}'"
    assert format_value({"ä": [True, None]}) == '{"ä": [true, null]}'
