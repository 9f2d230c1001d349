from __future__ import annotations

import copy
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiwerk.render.expression import compile_expression, evaluate, find_expressions, is_expression
from kiwerk.render.reads import Read
from kiwerk.render.sandbox import TemplateProblem

NAMES: dict[str, Any] = {
    "args": {"beginn": "2026-12-01T14:30", "nummer": 7},
    "state": {
        "frei": ["2026-12-01T14:30", "2026-12-02T09:00"],
        "termine": [],
        "kunden": [{"nummer": 3, "name": "Muster"}, {"nummer": 7, "name": "Beispiel"}],
    },
    "now": "2026-11-27T10:00",
}


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("=args.beginn in state.frei", True),
        ("=1 + state.termine | length", 1),
        ("=state.frei", ["2026-12-01T14:30", "2026-12-02T09:00"]),
        ("=args", {"beginn": "2026-12-01T14:30", "nummer": 7}),
        ('=state.kunden | selectattr("nummer", "equalto", args.nummer) | first', {"nummer": 7, "name": "Beispiel"}),
        ("= now[:10]", "2026-11-27"),
        ("=now < args.beginn", True),
        ("=none", None),
        ("='7'", "7"),
        ("=7", 7),
        ("=7 / 2", 3.5),
        ("='[1, 2]'", "[1, 2]"),
        ("=(1, 2)", [1, 2]),
        ("={'a': [args.nummer]}", {"a": [7]}),
        ("=range(3)", [0, 1, 2]),
        ("='ja' if state.termine else 'nein'", "nein"),
        ("=\n  1 +\n  1\n", 2),
        ("==args", "=args"),
        ("===", "=="),
        ("==", "="),
        ("args", "args"),
        (" =args", " =args"),
        ("", ""),
        (True, True),
        (None, None),
        (1.5, 1.5),
        ({"frei": False, "alternativen": "=state.frei", "=key": ["=1", "==1", {"a": "=2"}]}, None),
    ],
)
def test_value_is_evaluated(value: object, expected: object) -> None:
    if isinstance(value, dict):
        expected = {"frei": False, "alternativen": NAMES["state"]["frei"], "=key": [1, "=1", {"a": 2}]}
    result = evaluate(value, NAMES)

    assert result == expected
    assert type(result) is type(expected)


@pytest.mark.parametrize(
    ("value", "expected"),
    [("=a", True), ("=", True), ("==a", False), ("a", False), ("", False), (1, False), (None, False)],
)
def test_expression_is_told_from_text(value: object, expected: bool) -> None:  # noqa: FBT001  # the table's last column
    assert is_expression(value) is expected


def test_result_shares_nothing_with_the_state() -> None:
    state = {"a": [{"b": [1]}]}

    result: Any = evaluate({"whole": "=state", "part": "=state.a[0]", "list": "=[state.a]"}, {"state": state})
    result["whole"]["a"][0]["b"].append(2)
    result["part"]["b"].append(3)
    result["list"][0].append(4)

    assert state == {"a": [{"b": [1]}]}


def test_parts_without_expressions_are_fresh_too() -> None:
    value = {"a": [1, {"b": 2}]}

    result: Any = evaluate(value, {})
    result["a"][1]["b"] = 3

    assert value == {"a": [1, {"b": 2}]}


@pytest.mark.parametrize(
    ("text", "line", "message"),
    [
        ("=args.begin", 1, "There is no key 'begin' here"),
        ("=arg", 1, "`arg` is not defined"),
        ("=1 +", 1, "Ends too early"),
        ("=", 1, "Ends too early"),
        ("=1 2", 1, "Something follows the expression"),
        ("=1, 2", 1, "Something follows the expression"),
        ("=1 }} x {{ 2", 1, "Something follows the expression"),
        ("=1 | uper", 1, "There is no filter `uper`"),
        ("=\n\n1 | uper", 3, "There is no filter `uper`"),
        ("='a' if false", 1, "`if` without `else` has no value"),
        ("=1 / 0", 1, "Division by zero"),
        ("='x' * 100000000", 1, "Makes more than 5,000,000 characters of text"),
        ("=range(10**9)", 1, "`range` of more than 10,000 numbers"),
        ("=9 ** 9 ** 9", 1, "The power is too large"),
        ("=''.__class__", 1, "Text has no '__class__'"),
        ("=args.items()", 1, "Only `range` and macros can be called"),
        ("=runtime.heute", 1, "`runtime` is not defined"),
        ("=[] | first", 1, "There is no first or last element, it is empty"),
        ("=range", 1, "The value is an object, which is no data"),
        ("=" + "[" * 60 + "]" * 60, 1, "Is nested too deeply"),
        ("=" + "x" * 1_000_001, 1, "Is longer than 1,000,000 characters"),
    ],
)
def test_mistake_is_named(text: str, line: int, message: str) -> None:
    with pytest.raises(TemplateProblem) as caught:
        evaluate(text, NAMES)

    assert (caught.value.line, caught.value.message) == (line, message)


def test_mistake_leads_to_its_expression() -> None:
    with pytest.raises(TemplateProblem) as caught:
        evaluate({"a": ["=1", {"b": "=arg"}]}, NAMES)

    assert caught.value.route == ("a", 1, "b")
    assert caught.value.help == "Did you mean 'args'?"
    assert caught.value.is_undefined


def test_shared_parts_are_paid_for_each_time_they_are_copied() -> None:
    shared: object = [1]
    for _ in range(40):
        shared = [shared, shared]

    with pytest.raises(TemplateProblem, match="Takes more than"):
        evaluate("=state", {"state": shared})


def test_object_in_the_result_is_refused() -> None:
    with pytest.raises(TemplateProblem, match="no data"):
        evaluate("=[state]", {"state": object()})
    with pytest.raises(TemplateProblem, match="not text"):
        evaluate("=state", {"state": {1: 2}})
    with pytest.raises(TemplateProblem, match="not finite"):
        evaluate("=state", {"state": float("nan")})


def test_expressions_are_found_with_their_routes() -> None:
    value = {"when": "=args.x", "result": {"a": ["==text", "=1"], "b": "text", "c": 1}}

    assert list(find_expressions(value)) == [(("when",), "=args.x"), (("result", "a", 1), "=1")]


def test_names_are_known_without_evaluating() -> None:
    assert compile_expression("=args.beginn in state.frei and state['termine'] | length").reads == (
        Read(("args", "beginn"), 1),
        Read(("state", "frei"), 1),
        Read(("state", "termine"), 1),
    )


SCALARS = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(-(2**53) + 1, 2**53 - 1),
    st.floats(allow_nan=False, allow_infinity=False),
    st.text(),
)
DATA = st.recursive(
    SCALARS,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=10,
)


@given(DATA)
def test_data_comes_through_an_expression_unchanged(value: object) -> None:
    before = copy.deepcopy(value)

    assert evaluate("=state", {"state": value}) == before
    assert evaluate({"x": "=state"}, {"state": value}) == {"x": before}


@given(DATA)
def test_literal_text_survives_its_escape(value: object) -> None:
    escaped = _escape(value)

    assert evaluate(escaped, {}) == value


def _escape(value: object) -> object:
    if isinstance(value, str):
        return f"={value}" if value.startswith("=") else value
    if isinstance(value, list):
        return [_escape(item) for item in value]
    if isinstance(value, dict):
        return {key: _escape(item) for key, item in value.items()}
    return value
