from __future__ import annotations

import json
import math
import struct
from collections.abc import Mapping
from enum import IntEnum, StrEnum
from types import MappingProxyType
from typing import Any

import pytest
import rfc8785
from hypothesis import given
from hypothesis import strategies as st

from kiwerk.render.canonical import canonical_json, digest


class _Word(StrEnum):
    A = "a"


class _Number(IntEnum):
    ONE = 1


SCALARS = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(-(2**53) + 1, 2**53 - 1),
    st.floats(-(2**53) + 1, 2**53 - 1),  # Python reads a larger one back as a whole number that JSON cannot carry
    st.text(),
)
DATA = st.recursive(
    SCALARS,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=10,
)


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        # RFC 8785, 3.2.3 and 3.2.2
        (
            {"€": "Euro", "\r": "CR", "\ufb33": "D", "1": "One", "\U0001f600": "Smile", "\x80": "C", "ö": "O"},
            '{"\\r":"CR","1":"One","\x80":"C","ö":"O","€":"Euro","\U0001f600":"Smile","\ufb33":"D"}',
        ),
        (
            {
                "numbers": [333333333.33333329, 1e30, 4.50, 2e-3, 0.000000000000000000000000001],
                "string": '€$\x0f\nA\'B"\\\\"/',
                "literals": [None, True, False],
            },
            (
                r"""{"literals":[null,true,false],"numbers":[333333333.3333333,1e+30,4.5,0.002,1e-27],"""
                r""""string":"€$\u000f\nA'B\"\\\\\"/"}"""
            ),
        ),
        ([1, 1.0, -0.0, 1e21, 1e-7, 123456789012345.0], "[1,1,0,1e+21,1e-7,123456789012345]"),
        ((1, (2,)), "[1,[2]]"),
        ({}, "{}"),
        ([], "[]"),
        (MappingProxyType({"b": 1, "a": MappingProxyType({})}), '{"a":{},"b":1}'),
        ([_Word.A, _Number.ONE, True], '["a",1,true]'),
        ({_Word.A: 1}, '{"a":1}'),
    ],
)
def test_value_has_its_canonical_spelling(value: object, expected: str) -> None:
    assert canonical_json(value).decode() == expected


@pytest.mark.parametrize(
    ("bits", "expected"),
    [
        # RFC 8785, appendix B
        ("0000000000000001", "5e-324"),
        ("7fefffffffffffff", "1.7976931348623157e+308"),
        ("4340000000000000", "9007199254740992"),
        ("4430000000000000", "295147905179352830000"),
        ("44b52d02c7e14af5", "9.999999999999997e+22"),
        ("44b52d02c7e14af6", "1e+23"),
        ("444b1ae4d6e2ef4e", "999999999999999700000"),
        ("444b1ae4d6e2ef50", "1e+21"),
        ("3eb0c6f7a0b5ed8c", "9.999999999999997e-7"),
        ("3eb0c6f7a0b5ed8d", "0.000001"),
        ("41b3de4355555553", "333333333.3333332"),
        ("becbf647612f3696", "-0.0000033333333333333333"),
        ("43143ff3c1cb0959", "1424953923781206.2"),
    ],
)
def test_number_is_written_as_ecmascript_does(bits: str, expected: str) -> None:
    (number,) = struct.unpack(">d", bytes.fromhex(bits))

    assert canonical_json(number).decode() == expected


@pytest.mark.parametrize(
    ("value", "message"),
    [
        (math.nan, "the value is not a finite number"),
        ({"a": [0, math.inf]}, "`a.1` is not a finite number"),
        ({"a": 2**53}, "`a` is a whole number beyond"),
        ([-(2**53)], "`0` is a whole number beyond"),
        ({1: "a"}, "the value has the key 1, which is not text"),
        ({"a": {None: 1}}, "`a` has the key None, which is not text"),
        (["\ud800"], "`0` holds half of a surrogate pair"),
        ({"\udfff": 1}, "the value holds half of a surrogate pair"),
        ({"a": b"x"}, "`a` is of type bytes"),
        ([{1, 2}], "`0` is of type set"),
        (object(), "the value is of type object"),
    ],
)
def test_what_json_cannot_carry_is_refused_with_its_place(value: object, message: str) -> None:
    with pytest.raises(ValueError, match="no canonical JSON") as caught:
        canonical_json(value)

    assert message in str(caught.value)


def test_data_that_contains_itself_is_refused() -> None:
    ring: list[Any] = []
    ring.append(ring)

    with pytest.raises(ValueError, match="nested too deeply"):
        canonical_json(ring)


def test_digest_is_sha_256_in_lower_case() -> None:
    assert digest({}) == "44136fa355b3678a1146ad16f7e8649e94fb4fc21fe77e8310c060f61caaff8a"


@given(DATA)
def test_canonical_json_is_json_of_the_same_value(value: object) -> None:
    assert json.loads(canonical_json(value)) == value


@given(DATA)
def test_canonical_json_is_its_own_canonical_form(value: object) -> None:
    text = canonical_json(value)

    assert canonical_json(json.loads(text)) == text


@given(DATA, st.randoms(use_true_random=False))
def test_order_of_keys_makes_no_difference(value: object, random: Any) -> None:
    def shuffle(item: object) -> object:
        if isinstance(item, Mapping):
            pairs = list(item.items())
            random.shuffle(pairs)
            return {key: shuffle(inner) for key, inner in pairs}
        return [shuffle(inner) for inner in item] if isinstance(item, list) else item

    assert digest(shuffle(value)) == digest(value)


@given(DATA, DATA)
def test_different_values_have_different_digests(left: object, right: object) -> None:
    assert (digest(left) == digest(right)) == (_typed(left) == _typed(right))


def _typed(value: object) -> object:
    """The value with what Python takes for equal and JSON does not, kept apart."""
    if isinstance(value, bool):
        return ("truth", value)
    if isinstance(value, list):
        return [_typed(item) for item in value]
    if isinstance(value, dict):
        return {key: _typed(item) for key, item in value.items()}
    return value


@given(DATA)
def test_bytes_are_those_of_the_standards_own_library(value: object) -> None:
    assert canonical_json(value) == rfc8785.dumps(value)  # type: ignore[arg-type] # JSON's types
