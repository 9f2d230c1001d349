from __future__ import annotations

import pytest

from kiwerk.deploy.strict_json import parse_json


def test_json_is_read() -> None:
    assert parse_json('{"name": "Köln", "list": [1, 2.5, null, true]}'.encode()) == {
        "name": "Köln",
        "list": [1, 2.5, None, True],
    }


@pytest.mark.parametrize(
    ("data", "message"),
    [
        (b"", "is not JSON"),
        (b'{"a": 1', "is not JSON"),
        (b"\xff\xfe{}", "is not UTF-8"),
        (b"\xef\xbb\xbf{}", "is not JSON"),
        (b'{"a": 1, "a": 2}', "has the key 'a' twice"),
        (b'{"deep": {"a": 1, "\\u0061": 2}}', "has the key 'a' twice"),
        (b'{"a": NaN}', "holds NaN"),
        (b'{"a": -Infinity}', "holds -Infinity"),
        (b"[" * 100_000, "is nested too deeply"),
        (b"1" * 10_000, "holds a number of more than 100 digits"),
    ],
)
def test_what_readers_could_understand_differently_is_refused(data: bytes, message: str) -> None:
    with pytest.raises(ValueError, match=message):
        parse_json(data)
