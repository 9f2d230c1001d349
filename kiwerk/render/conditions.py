"""The tests of templates, as in `x is defined` and `select("equalto", 7)`, and the comparisons behind them."""

from __future__ import annotations

import operator
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from jinja2 import Undefined

from kiwerk.render.access import as_list, describe, is_data, is_number
from kiwerk.render.problem import MissingValue, Misuse

if TYPE_CHECKING:
    from collections.abc import Callable

    from kiwerk.render.context import RenderContext


def contains(context: RenderContext, item: object, holder: object) -> bool:
    """Whether a text has a part, a list an element, or a mapping a key."""
    comparable(context, item)
    if isinstance(holder, str):
        if not isinstance(item, str):
            raise Misuse(f"Text cannot contain {describe(item)}")
        context.budget.search(holder, item)
        return item in holder
    if isinstance(holder, Mapping):
        return isinstance(item, str) and item in holder
    elements = as_list(holder)
    # Comparing two values looks at no more than the smaller one of them.
    context.budget.scan(elements)
    return item in elements


def comparable(context: RenderContext, value: object) -> object:
    """The value itself, if it is data, after paying for looking at all of it.

    Raises:
        Misuse: it is an object, whose comparison would run its code.
        MissingValue: it is undefined.
    """
    if isinstance(value, Undefined):
        raise MissingValue(value)
    if not is_data(value):
        raise Misuse(f"{describe(value)} cannot be compared")
    context.budget.scan(value)
    return value


def _comparison(compare: Callable[[Any, Any], bool]) -> Callable[[RenderContext, object, object], bool]:
    def test(context: RenderContext, value: object, other: object) -> bool:
        try:
            return compare(comparable(context, value), comparable(context, other))
        except TypeError:
            raise Misuse(f"{describe(value)} and {describe(other)} have no order") from None

    return test


def _divisible(value: object, number: object) -> bool:
    if not isinstance(value, int) or not isinstance(number, int) or number == 0:
        raise Misuse("`divisibleby` needs whole numbers, the second one not 0")
    return value % number == 0


def _odd(value: object) -> bool:
    return not _divisible(value, 2)


def _even(value: object) -> bool:
    return _divisible(value, 2)


_COMPARISONS = {
    ("==", "eq", "equalto"): operator.eq,
    ("!=", "ne"): operator.ne,
    ("<", "lt", "lessthan"): operator.lt,
    ("<=", "le"): operator.le,
    (">", "gt", "greaterthan"): operator.gt,
    (">=", "ge"): operator.ge,
}

PLAIN: dict[str, Callable[..., object]] = {
    "boolean": lambda value: isinstance(value, bool),
    "divisibleby": _divisible,
    "even": _even,
    "false": lambda value: value is False,
    "float": lambda value: isinstance(value, float),
    "integer": lambda value: isinstance(value, int) and not isinstance(value, bool),
    "mapping": lambda value: isinstance(value, Mapping),
    "none": lambda value: value is None,
    "number": is_number,
    "odd": _odd,
    "sequence": lambda value: isinstance(value, (list, tuple)),
    "string": lambda value: isinstance(value, str),
    "true": lambda value: value is True,
}
"""Tests that need nothing but their arguments."""

PAYING: dict[str, Callable[..., object]] = {
    "in": contains,
    **{name: _comparison(compare) for names, compare in _COMPARISONS.items() for name in names},
}
"""Tests that take the context first, to pay for their work."""

ASKING: dict[str, Callable[..., object]] = {
    "defined": lambda value: not isinstance(value, Undefined),
    "undefined": lambda value: isinstance(value, Undefined),
}
"""Tests that may be given something undefined."""
