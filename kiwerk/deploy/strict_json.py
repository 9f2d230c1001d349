"""JSON from a file that nobody vouches for yet: what two readers could understand differently is refused."""

from __future__ import annotations

import json
from typing import Any, NoReturn

MAX_DIGITS = 100
"""Python takes quadratic time for very long ones; nothing kiwerk writes has more than 16."""


def parse_json(data: bytes) -> Any:
    """The value that the bytes hold.

    Raises:
        ValueError: not UTF-8, not JSON, a key twice in one object, NaN or infinity, or nested too deeply; the message
            completes "The file ...".
    """
    try:
        return json.loads(data.decode("utf-8"), object_pairs_hook=_object, parse_int=_integer, parse_constant=_constant)
    except UnicodeDecodeError:
        raise ValueError("is not UTF-8") from None
    except json.JSONDecodeError as error:
        raise ValueError(f"is not JSON (line {error.lineno}, column {error.colno})") from None
    except RecursionError:
        raise ValueError("is nested too deeply") from None


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    result = dict(pairs)
    if len(result) != len(pairs):
        names = [name for name, _ in pairs]
        doubled = next(name for name in names if names.count(name) > 1)
        raise ValueError(f"has the key {doubled[:40]!r} twice in one object")
    return result


def _integer(text: str) -> int:
    if len(text) > MAX_DIGITS:
        raise ValueError(f"holds a number of more than {MAX_DIGITS} digits")
    return int(text)


def _constant(name: str) -> NoReturn:
    raise ValueError(f"holds {name}, which is not JSON")
