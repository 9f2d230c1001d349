r"""The YAML 1.2 core schema (yaml.org/spec/1.2.2, section 10.3.2): what a plain scalar means.

    null    null  Null  NULL  ~  or nothing at all
    bool    true  True  TRUE  false  False  FALSE
    int     [-+]?[0-9]+    0o[0-7]+    0x[0-9a-fA-F]+
    float   [-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?    [-+]?\.inf    \.nan

Everything else is text, above all what YAML 1.1 took for something else: dates, `12:30`, `no`, `on`, `1_000`.
"""

from __future__ import annotations

import re

Scalar = str | int | float | None
"""A bool is an int in Python, too."""

LARGEST_EXACT = 2**53 - 1
"""Beyond it JSON's numbers, and with them our digests (RFC 8785), can no longer tell neighbours apart."""

# The first character already says "text" for nearly every scalar that people write.
MAYBE_NOT_TEXT = frozenset("~nNtTfF+-.0123456789")

_WORDS: dict[str, bool | None] = {
    "": None,
    **dict.fromkeys(("null", "Null", "NULL", "~"), None),
    **dict.fromkeys(("true", "True", "TRUE"), True),
    **dict.fromkeys(("false", "False", "FALSE"), False),
}

# Possessive, so that a million digits before a letter cost one pass.
_NUMBER = re.compile(
    r"(?P<decimal>[-+]?[0-9]++)"
    r"|(?P<float>[-+]?(?:\.[0-9]++|[0-9]++(?:\.[0-9]*+)?)(?:[eE][-+]?[0-9]++)?)"
    r"|0o(?P<octal>[0-7]++)"
    r"|0x(?P<hexadecimal>[0-9a-fA-F]++)"
    r"|(?P<unbounded>[-+]?\.(?:inf|Inf|INF)|\.(?:nan|NaN|NAN))"
)


class UnfitNumber(ValueError):
    """A number of the core schema that kiwerk cannot keep: infinite, not a number, or too large to be exact."""


def resolve_plain(text: str) -> Scalar:
    """Value of a plain (unquoted) scalar.

    Raises:
        UnfitNumber: it is a number which neither JSON nor a double could hold.
    """
    if text in _WORDS:
        return _WORDS[text]
    match = _NUMBER.fullmatch(text)
    if match is None:
        return text
    kind = match.lastgroup
    if kind == "float":
        number = float(text)
        if number in (float("inf"), float("-inf")):
            raise UnfitNumber("is too large")
        return number
    if kind == "unbounded":
        raise UnfitNumber("is no finite number")
    return _whole_number(match)


def is_canonical(text: str, number: float) -> bool:
    """Whether writing the number gives the text it was read from, so that nobody can have meant something else.

    `1.0`, `0.9` and `12` are canonical; `1.10`, `0123`, `+1`, `.5`, `1e3` and `0x1F` are not. A float may be written
    with or without an exponent where Python would use one: `0.00001` means what it says.
    """
    if repr(number) == text:
        return True
    if isinstance(number, int):
        return False
    from decimal import Decimal

    return format(Decimal(repr(number)), "f") == text


def _whole_number(match: re.Match[str]) -> int:
    if match["octal"]:
        number = int(match["octal"], 8)
    elif match["hexadecimal"]:
        number = int(match["hexadecimal"], 16)
    else:
        sign = -1 if match["decimal"].startswith("-") else 1
        digits = match["decimal"].lstrip("+-0") or "0"
        # Counting first: more than 4,300 digits Python refuses to convert, with an error about something else.
        number = sign * int(digits) if len(digits) <= len(str(LARGEST_EXACT)) else LARGEST_EXACT + 1
    if abs(number) > LARGEST_EXACT:
        raise UnfitNumber("is too large to be exact")
    return number
