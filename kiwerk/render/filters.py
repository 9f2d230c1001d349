"""The filters of templates: pure, bounded in what they make, and reading mappings by key only.

Names and results follow Jinja's own filters of that name. Differences, each for a reason: bad input is refused
instead of becoming 0 or empty text; `round` rounds half a unit away from zero and gives a whole number where no
decimals are asked for; lists are lists, never generators, so that nothing runs later than it was paid for.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from decimal import ROUND_HALF_UP, Decimal
from typing import TYPE_CHECKING

from jinja2 import Undefined

from kiwerk.render import german, lists
from kiwerk.render.access import as_text, check_number, describe, number_of, show, text_of, whole_of
from kiwerk.render.limits import CHARACTERS_PER_STEP, MAX_INTEGER, check_length
from kiwerk.render.problem import Misuse

if TYPE_CHECKING:
    from collections.abc import Callable

    from kiwerk.render.context import RenderContext

MAX_DECIMALS = 9
_NUMERAL = re.compile(r"[+-]?\d{1,20}(?:\.\d{1,20})?", re.ASCII)


def upper(value: object) -> str:
    """Text in capitals."""
    return text_of(value).upper()


def lower(value: object) -> str:
    """Text in small letters."""
    return text_of(value).lower()


def capitalize(value: object) -> str:
    """Text with a capital first letter, and small ones after it."""
    return text_of(value).capitalize()


def title(value: object) -> str:
    """Text with a capital letter at the start of every word."""
    return text_of(value).title()


def trim(context: RenderContext, value: object, chars: object = None) -> str:
    """Text without white space, or without the given characters, at both ends."""
    text = text_of(value)
    if chars is None:
        return text.strip()
    context.budget.spend(len(text) * len(text_of(chars)) // CHARACTERS_PER_STEP)
    return text.strip(text_of(chars))


def replace(context: RenderContext, value: object, old: object, new: object, count: object = -1) -> str:
    """Text with every `old`, or the first `count` of them, replaced by `new`."""
    text, part, other, most = text_of(value), text_of(old), text_of(new), whole_of(count)
    context.budget.search(text, part)
    found = text.count(part)
    times = found if most < 0 else min(found, most)
    # Before the text exists: what it will be long; the wrapper pays for what it is.
    check_length(len(text) + times * (len(other) - len(part)))
    return text.replace(part, other, times)


def split(context: RenderContext, value: object, separator: object) -> list[str]:
    """Parts of a text between separators."""
    text, part = text_of(value), text_of(separator)
    if not part:
        raise Misuse("`split` needs a separator")
    context.budget.search(text, part)
    context.budget.spend(text.count(part))
    context.budget.write(len(text))
    return text.split(part)


def indent(value: object, width: object = 4, first: object = False) -> str:  # noqa: FBT002  # Jinja's signature
    """Text whose lines, except the first and empty ones, begin with `width` spaces."""
    spaces = whole_of(width)
    lines = text_of(value).split("\n")
    check_length(len(text_of(value)) + len(lines) * max(spaces, 0))
    start = 0 if first else 1
    return "\n".join(" " * spaces + line if line and number >= start else line for number, line in enumerate(lines))


def string(value: object) -> str:
    """Text of a text or number."""
    return as_text(value)


def length(value: object) -> int:
    """Number of characters, elements or keys."""
    if isinstance(value, (str, list, tuple, Mapping)):
        return len(value)
    raise Misuse(f"{describe(value)} has no length")


def default(value: object, default_value: object = "", boolean: object = False) -> object:  # noqa: FBT002
    """The value, or the default where it is undefined; with `boolean`, where it is empty or false as well."""
    return default_value if isinstance(value, Undefined) or (boolean and not value) else value


def abs_(value: object) -> float:
    """Number without its sign."""
    return abs(number_of(value))


def round_(value: object, precision: object = 0) -> float:
    """Number rounded to so many decimals, half a unit away from zero; a whole number for none."""
    decimals = whole_of(precision)
    if not 0 <= decimals <= MAX_DECIMALS:
        raise Misuse(f"`round` takes 0 to {MAX_DECIMALS} decimals")
    if abs(number_of(value)) > MAX_INTEGER:
        raise Misuse("The number is too large to be rounded")
    # `repr` is the decimal number the author sees: 2.675 rounds to 2.68, which its binary value does not.
    rounded = Decimal(repr(value)).quantize(Decimal(1).scaleb(-decimals), ROUND_HALF_UP)
    return float(rounded) if decimals else int(rounded)


def int_(value: object, default: object = None) -> object:
    """Whole number of a number, its decimals cut off, or of a text; the default where the text is none."""
    number = _parse_number(value)
    if number is None and default is None:
        raise Misuse(f"{show(value)} is not a number", "Give a default: `| int(0)`")
    return default if number is None else check_number(int(number))


def float_(value: object, default: object = None) -> object:
    """Decimal number of a number or text; the default where the text is none."""
    number = _parse_number(value)
    if number is None and default is None:
        raise Misuse(f"{show(value)} is not a number", "Give a default: `| float(0)`")
    return default if number is None else float(number)


PLAIN: dict[str, Callable[..., object]] = {
    "abs": abs_,
    "betrag": german.betrag,
    "capitalize": capitalize,
    "count": length,
    "datum": german.datum,
    "first": lists.first,
    "float": float_,
    "indent": indent,
    "int": int_,
    "items": lists.items,
    "last": lists.last,
    "length": length,
    "lower": lower,
    "reverse": lists.reverse,
    "round": round_,
    "string": string,
    "title": title,
    "uhrzeit": german.uhrzeit,
    "upper": upper,
}
"""Filters that need nothing but their arguments; what they read and make is paid for around them."""

PAYING: dict[str, Callable[..., object]] = {
    "join": lists.join,
    "list": lists.list_,
    "liste": lists.liste,
    "map": lists.map_,
    "max": lists.max_,
    "min": lists.min_,
    "reject": lists.reject,
    "rejectattr": lists.rejectattr,
    "replace": replace,
    "select": lists.select,
    "selectattr": lists.selectattr,
    "sort": lists.sort,
    "split": split,
    "sum": lists.sum_,
    "trim": trim,
    "unique": lists.unique,
}
"""Filters that take the context first, to pay for their work or to find other filters and tests."""

ASKING: dict[str, Callable[..., object]] = {"d": default, "default": default}
"""Filters that may be given something undefined."""


def _parse_number(value: object) -> float | Decimal | None:
    """Number that the value is or spells; never the likes of 1e999999, whose digits would fill the memory."""
    if isinstance(value, (int, float)) and not isinstance(value, bool):
        return check_number(value)
    return Decimal(value.strip()) if isinstance(value, str) and _NUMERAL.fullmatch(value.strip()) else None
