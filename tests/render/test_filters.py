from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiwerk.render.expression import evaluate
from kiwerk.render.sandbox import TemplateProblem

ROWS = [
    {"nummer": 7, "name": "beta", "ort": {"plz": "10115"}, "aktiv": True, "tage": ["Mo", "Di"]},
    {"nummer": 9, "name": "Alpha", "ort": {"plz": "80331"}, "aktiv": False, "tage": []},
]


def value_of(expression: str, **names: object) -> Any:
    """Value of an expression over `rows` and the names given."""
    return evaluate(f"={expression}", {"rows": ROWS, **names})


@pytest.mark.parametrize(
    ("expression", "expected"),
    [
        ("'Äpfel' | upper ~ ('ÄPFEL' | lower) ~ ('äPFEL' | capitalize) ~ ('a b' | title)", "ÄPFELäpfelÄpfelA B"),
        ("' a ' | trim", "a"),
        ("'xxaxx' | trim('x')", "a"),
        ("'aaa' | replace('a', 'b')", "bbb"),
        ("'aaa' | replace('a', 'b', 2)", "bba"),
        ("'a,b' | split(',')", ["a", "b"]),
        ("'a\\n\\nb' | indent(2)", "a\n\n  b"),
        ("'a\\nb' | indent(2, first=true)", "  a\n  b"),
        ("[1, 'b'] | join(', ')", "1, b"),
        ("rows | join('; ', attribute='name')", "beta; Alpha"),
        ("rows | map(attribute='ort.plz') | list", ["10115", "80331"]),
        ("rows | map(attribute='tage') | map('length') | list", [2, 0]),
        ("rows | selectattr('tage') | map(attribute='tage.0') | list", ["Mo"]),
        ("{'2024': 'x'} | list", ["2024"]),
        ("[{'2024': 'x'}] | map(attribute='2024') | first", "x"),
        ("rows | selectattr('nummer', 'equalto', 7) | map(attribute='name') | first", "beta"),
        ("rows | selectattr('nummer', '>', 7) | map(attribute='name') | first", "Alpha"),
        ("rows | selectattr('ort.plz', 'in', ['80331']) | map(attribute='name') | list", ["Alpha"]),
        ("rows | selectattr('fehlt', 'defined') | list", []),
        ("rows | selectattr('aktiv') | map(attribute='nummer') | list", [7]),
        ("rows | rejectattr('aktiv') | map(attribute='nummer') | list", [9]),
        ("rows | rejectattr('nummer', 'eq', 9) | map(attribute='nummer') | list", [7]),
        ("range(6) | select('odd') | list", [1, 3, 5]),
        ("range(6) | reject('divisibleby', 2) | list", [1, 3, 5]),
        ("[0, '', 'a'] | select | list", ["a"]),
        ("rows | sort(attribute='name') | map(attribute='name') | list", ["Alpha", "beta"]),
        ("['b', 'a', 'C'] | sort", ["a", "b", "C"]),
        ("['b', 'a', 'C'] | sort(case_sensitive=true)", ["C", "a", "b"]),
        ("[2, 3, 1.5] | sort(reverse=true)", [3, 2, 1.5]),
        ("['a', 'A', 'b'] | unique | list", ["a", "b"]),
        ("['a', 'A', 'b'] | unique(true) | list", ["a", "A", "b"]),
        ("[3, 1, 2] | min ~ ([3, 1, 2] | max) ~ ([3, 1, 2] | sum)", "136"),
        ("rows | sum(attribute='nummer')", 16),
        ("[] | sum(start=5)", 5),
        ("rows | length + ('abc' | count) + ({'a': 1} | length)", 6),
        ("'abc' | first ~ ('abc' | last) ~ ([1, 2] | last)", "ac2"),
        ("[] | first | default('leer')", "leer"),
        ("[] | max is undefined", True),
        ("'abc' | reverse ~ ([1, 2] | reverse | first)", "cba2"),
        ("'ab' | list", ["a", "b"]),
        ("{'a': 1, 'b': [2]} | items", [["a", 1], ["b", [2]]]),
        ("fehlt | default('x') ~ (none | default('y', true)) ~ ('' | d('z', true))", "xyz"),
        ("none | default('x')", None),
        ("'12' | int + ('-3.9' | int) + (2.9 | int)", 11),
        ("'x' | int(5)", 5),
        ("' 1.5 ' | float", 1.5),
        ("2 | float is float", True),
        ("2.5 | round", 3),
        ("-2.5 | round", -3),
        ("2.675 | round(2)", 2.68),
        ("7 | round", 7),
        ("(0 - 3) | abs", 3),
        ("3 | string ~ 'x'", "3x"),
        ("'2026-11-27' | datum", "27. November 2026"),
        ("'2026-11-27T09:30' | uhrzeit", "09:30 Uhr"),
        ("1234.5 | betrag", "1.234,50 €"),
        ("['a', 2, 'c'] | liste('oder')", "a, 2 oder c"),
    ],
)
def test_filter_gives(expression: str, expected: object) -> None:
    value = value_of(expression)

    assert value == expected
    assert type(value) is type(expected)


@pytest.mark.parametrize(
    ("expression", "message"),
    [
        ("3 | upper", "Expected text, found a number"),
        ("'a' | join", "Expected a list, found text"),
        ("[none] | join", "An empty value cannot be printed"),
        ("[[1]] | liste", "A list cannot be printed"),
        ("'a' | split('')", "`split` needs a separator"),
        ("3 | length", "A number has no length"),
        ("[1] | items", "`items` needs a mapping, found a list"),
        ("[1, 'a'] | sort", "Text and numbers cannot be compared"),
        ("rows | sort", "A mapping cannot be compared"),
        ("rows | sort(attribute='fehlt')", "There is no key 'fehlt' here"),
        ("rows | selectattr('fehlt', 'eq', 1) | list", "There is no key 'fehlt' here"),
        ("['a'] | sum", "Expected a number, found text"),
        ("'zwei' | int", "'zwei' is not a number"),
        ("'1_000' | int", "'1_000' is not a number"),
        ("'1e5' | float", "'1e5' is not a number"),
        ("none | int", "An empty value is not a number"),
        ("true | abs", "Expected a number, found true or false"),
        ("1 | round(10)", "`round` takes 0 to 9 decimals"),
        ("1e300 | round", "The number is too large to be rounded"),
        ("[] | first", "There is no first or last element, it is empty"),
        ("{'a': 1} | last", "Expected a list or text, found a mapping"),
        ("'morgen' | datum", "`datum`: 'morgen' is not a date"),
    ],
)
def test_bad_input_is_refused(expression: str, message: str) -> None:
    with pytest.raises(TemplateProblem) as caught:
        value_of(expression)

    assert caught.value.message == message


@pytest.mark.parametrize(
    ("expression", "expected"),
    [
        ("1 is odd and 2 is even and 6 is divisibleby(3)", True),
        ("1 is number and 1 is integer and 1.5 is float and true is boolean and not true is number", True),
        ("'a' is string and [] is sequence and not 'a' is sequence and {} is mapping and none is none", True),
        ("true is true and false is false and not 1 is true", True),
        ("1 is eq 1 and 1 is ne 2 and 1 is lt 2 and 1 is le 1 and 2 is gt 1 and 2 is ge 2", True),
        ("'a' is in 'abc' and 1 is in [1] and 'k' is in {'k': 1}", True),
        ("1 == '1'", False),
        ("[1, {'a': 2}] == [1, {'a': 2}]", True),
        ("[1, 2] in [[1, 2]]", True),
        ("1 in {'1': 2}", False),
        ("none == none", True),
    ],
)
def test_test_answers(expression: str, expected: bool) -> None:  # noqa: FBT001  # the table's last column
    assert value_of(expression) is expected


@given(st.lists(st.integers(-1000, 1000)))
def test_sort_min_max_and_sum_agree_with_python(numbers: list[int]) -> None:
    assert value_of("xs | sort", xs=numbers) == sorted(numbers)
    assert value_of("xs | sum", xs=numbers) == sum(numbers)
    if numbers:
        assert value_of("[xs | min, xs | max]", xs=numbers) == [min(numbers), max(numbers)]


@given(st.text(alphabet="abä ", max_size=30), st.text(alphabet="abä", max_size=2), st.text(alphabet="cd", max_size=3))
def test_replace_agrees_with_python(text: str, old: str, new: str) -> None:
    assert value_of("t | replace(a, b)", t=text, a=old, b=new) == text.replace(old, new)
