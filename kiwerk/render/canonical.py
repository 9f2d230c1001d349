"""JSON with exactly one spelling (RFC 8785), and the digest over it that names what ships."""

from __future__ import annotations

import json
import math
from collections.abc import Mapping
from hashlib import sha256

import rfc8785

from kiwerk.render.limits import MAX_INTEGER

MAX_NESTING = 100
"""Deeper data is a mistake, and would end in a RecursionError at a depth that differs between machines."""


def canonical_json(value: object) -> bytes:
    """The one UTF-8 encoding of JSON data, after the JSON Canonicalization Scheme (RFC 8785).

    Keys are sorted, numbers written as ECMAScript does: `1.0` and `1` are the same. Text is kept as it is; Unicode
    is not normalized. Tuples are lists.

    Raises:
        ValueError: `value` holds something that JSON cannot carry exactly: a number that is not finite, a whole
            number beyond 2^53 - 1, a key that is not text, half of a surrogate pair, any other object. The message
            says where.
    """
    if _is_simple(value, 0):
        # the same bytes in a fifth of the time: without floats and with keys in ASCII, JSON has one spelling already
        try:
            return json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode()
        except UnicodeEncodeError:
            pass  # what is wrong with a text is told below, with its place
    return rfc8785.dumps(_plain(value, ()))


def digest(value: object) -> str:
    """Lower-case hexadecimal SHA-256 over the canonical JSON of `value`.

    Raises:
        ValueError: as `canonical_json`.
    """
    return sha256(canonical_json(value)).hexdigest()


_Json = str | int | float | list["_Json"] | dict[str, "_Json"] | None


def _is_simple(value: object, depth: int) -> bool:
    """Whether it is made of Python's own types alone, without floats, large numbers and keys beyond ASCII."""
    kind = type(value)
    if kind is str or kind is bool or value is None:
        return True
    if kind is int:
        return abs(value) <= MAX_INTEGER  # type: ignore[arg-type] # its type is known exactly
    if depth > MAX_NESTING:
        return False
    if kind is dict:
        items: dict[object, object] = value  # type: ignore[assignment] # the same
        return all(type(key) is str and key.isascii() for key in items) and all(
            _is_simple(item, depth + 1) for item in items.values()
        )
    return kind in (list, tuple) and all(_is_simple(item, depth + 1) for item in value)  # type: ignore[attr-defined]


def _plain(value: object, route: tuple[str | int, ...]) -> _Json:
    """Dicts, lists and scalars only; `rfc8785` knows no other mappings and would not say where a value stands."""
    if len(route) > MAX_NESTING:
        raise _unfit("is nested too deeply", route[:3])
    if value is None or isinstance(value, bool):
        return value
    if isinstance(value, str):
        return _checked_text(value, route)
    if isinstance(value, int):
        if abs(value) > MAX_INTEGER:
            raise _unfit("is a whole number beyond 2^53 - 1", route)
        return int(value)
    if isinstance(value, float):
        if not math.isfinite(value):
            raise _unfit(f"is not a finite number ({float(value)})", route)
        return float(value)
    if isinstance(value, Mapping):
        return {_key(key, route): _plain(item, (*route, key)) for key, item in value.items()}
    if isinstance(value, (list, tuple)):
        return [_plain(item, (*route, index)) for index, item in enumerate(value)]
    raise _unfit(f"is of type {type(value).__name__}, which JSON does not know", route)


def _key(key: object, route: tuple[str | int, ...]) -> str:
    if not isinstance(key, str):
        raise _unfit(f"has the key {key!r}, which is not text", route)
    return _checked_text(key, route)


def _checked_text(text: str, route: tuple[str | int, ...]) -> str:
    try:
        text.encode()
    except UnicodeEncodeError:
        raise _unfit("holds half of a surrogate pair, which is not a character", route) from None
    return str.__str__(text)


def _unfit(trouble: str, route: tuple[str | int, ...]) -> ValueError:
    place = ".".join(str(part) for part in route)
    return ValueError(f"no canonical JSON: {f'`{place}`' if place else 'the value'} {trouble}")
