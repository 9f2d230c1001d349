"""What `+ - * / // ** %` do in templates: numbers, and texts and lists where their meaning is plain."""

from __future__ import annotations

import operator as operators
from typing import TYPE_CHECKING, Any

from jinja2 import Undefined

from kiwerk.render.access import check_number, describe, is_number
from kiwerk.render.limits import MAX_CHARACTERS
from kiwerk.render.problem import MissingValue, Misuse

if TYPE_CHECKING:
    from collections.abc import Callable

    from kiwerk.render.limits import Budget

NUMERIC: dict[str, Callable[[Any, Any], Any]] = {
    "+": operators.add,
    "-": operators.sub,
    "*": operators.mul,
    "/": operators.truediv,
    "//": operators.floordiv,
    "**": operators.pow,
    "%": operators.mod,
}
_MAX_EXPONENT = 64


def combine(budget: Budget, operator: str, left: object, right: object) -> object:
    """Value of `left operator right`, paid for before it is made.

    `+` joins two texts or two lists, `*` repeats a text or list; `%` never formats text.

    Raises:
        Misuse: the operator does not fit the values, or the result is too large.
        MissingValue: one of the values is undefined.
    """
    for value in (left, right):
        if isinstance(value, Undefined):
            raise MissingValue(value)
    if isinstance(left, (int, float)) and isinstance(right, (int, float)) and is_number(left) and is_number(right):
        return _calculate(operator, left, right)
    if operator == "+":
        if isinstance(left, str) and isinstance(right, str):
            budget.write(len(left) + len(right))
            return left + right
        if isinstance(left, (list, tuple)) and isinstance(right, (list, tuple)):
            budget.spend(len(left) + len(right))
            return [*left, *right]
    if operator == "*" and isinstance(left, (str, list, tuple)) and type(right) is int:
        size = len(left) * max(right, 0)
        budget.write(min(size, MAX_CHARACTERS + 1)) if isinstance(left, str) else budget.spend(size)
        return left * right
    hint = "Join text and numbers with `~`" if operator in {"+", "%"} else None
    raise Misuse(f"`{operator}` does not work on {describe(left)} and {describe(right)}", hint)


def _calculate(operator: str, left: float, right: float) -> float:
    if operator == "**" and isinstance(left, int) and isinstance(right, int):
        # Refused before it is computed: 9**9**9 has 370 million digits.
        bits = max(left.bit_length() - 1, 0) * right
        if abs(right) > _MAX_EXPONENT or bits > _MAX_EXPONENT:
            raise Misuse("The power is too large")
    try:
        result = NUMERIC[operator](left, right)
    except ZeroDivisionError:
        raise Misuse("Division by zero") from None
    except OverflowError:
        raise Misuse("The number is too large") from None
    if not is_number(result):
        raise Misuse("The root of a negative number is not a number")
    return check_number(result)
