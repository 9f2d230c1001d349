"""How templates see values: mappings by key, lists by position, text and numbers as text, and nothing else.

No attribute of any Python object is ever read, so there is no way from data to the interpreter.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import TYPE_CHECKING, NoReturn

from jinja2 import StrictUndefined, Undefined
from jinja2.runtime import LoopContext, Macro
from jinja2.utils import missing

from kiwerk.render.limits import MAX_INTEGER
from kiwerk.render.problem import MissingValue, Misuse, quote, suggest_name

if TYPE_CHECKING:
    from collections.abc import Iterable

_ABSENT = object()
LOOP_ATTRIBUTES = frozenset(
    {"first", "index", "index0", "last", "length", "nextitem", "previtem", "revindex", "revindex0"}
)


class Missing(StrictUndefined):
    """What is not there: may be asked whether it is defined, and given a default; every other use is refused."""

    __slots__ = ()

    def _refuse(self, *_: object) -> NoReturn:
        raise MissingValue(self)

    __bool__ = __eq__ = __ne__ = __hash__ = __iter__ = __len__ = __str__ = __contains__ = _refuse
    __pos__ = __neg__ = __lt__ = __le__ = __gt__ = __ge__ = _refuse


def explain_missing(undefined: Undefined, names: Iterable[str]) -> tuple[str, str | None]:
    """Message and help for an undefined value, where `names` are the variables that exist."""
    # These three are how Jinja tells subclasses of Undefined what was looked for.
    hint, holder, name = undefined._undefined_hint, undefined._undefined_obj, undefined._undefined_name  # noqa: SLF001
    if hint:
        return hint, None
    if holder is missing:
        return f"`{name}` is not defined", suggest_name(str(name), names)
    if not isinstance(name, (str, int, float)):
        return f"A key or position cannot be {describe(name)}", None
    if isinstance(holder, Mapping):
        return f"There is no key {show(name)} here", suggest_name(name, holder) if isinstance(name, str) else None
    if isinstance(name, int) and isinstance(holder, (list, tuple, str)):
        return f"Position {name} lies outside {describe(holder)} of {len(holder)}", None
    return f"{describe(holder)} has no {show(name)}", "Only the keys of mappings and positions in lists can be read"


def read_key(holder: object, key: object) -> object:
    """The value under a key of a mapping or at a position of a list or text, or a `Missing`."""
    if isinstance(holder, Undefined):
        raise MissingValue(holder)
    if isinstance(key, Undefined):
        raise MissingValue(key)
    if isinstance(holder, Mapping):
        # Never `holder[key]`: a defaultdict would grow.
        value = holder.get(key, _ABSENT) if isinstance(key, (str, int)) else _ABSENT
        return _missing(holder, key) if value is _ABSENT else value
    if isinstance(holder, LoopContext) and isinstance(key, str) and key in LOOP_ATTRIBUTES:
        return getattr(holder, key)
    if isinstance(holder, (list, tuple, str)) and type(key) is int and -len(holder) <= key < len(holder):
        return holder[key]
    return _missing(holder, key)


def as_text(value: object) -> str:
    """Text of a value that can be printed: text and numbers.

    Raises:
        Misuse: nothing, truth values, containers and objects, whose text would be Python's and not the author's.
        MissingValue: the value is undefined.
    """
    if isinstance(value, str):
        return str.__str__(value)
    if isinstance(value, Undefined):
        raise MissingValue(value)
    if isinstance(value, bool):
        raise Misuse("True or false cannot be printed", "Write `{{ 'ja' if … else 'nein' }}`")
    if isinstance(value, (int, float)):
        return str(check_number(value))
    if value is None:
        raise Misuse("An empty value cannot be printed", "Give it a default: `| default('…', true)`")
    if isinstance(value, (list, tuple)):
        raise Misuse(
            "A list cannot be printed", "Join it: `| liste` writes a, b und c; `| join(', ')` joins with commas"
        )
    if isinstance(value, Mapping):
        raise Misuse("A mapping cannot be printed", "Print one of its keys, or loop over `… | items`")
    raise Misuse(f"{describe(value)} cannot be printed")


def check_number(value: float) -> float:
    """The number itself.

    Raises:
        Misuse: it is not finite, or a whole number that JSON cannot carry exactly.
    """
    if isinstance(value, float):
        if not math.isfinite(value):
            raise Misuse("The number is not finite")
    elif abs(value) > MAX_INTEGER:
        raise Misuse("The number is too large", f"Whole numbers go up to {MAX_INTEGER:,}")
    return value


def as_list(value: object) -> list[object]:
    """Elements of a list, or keys of a mapping.

    Raises:
        Misuse: anything else; text too, whose characters nobody wants one by one.
        MissingValue: the value is undefined.
    """
    if isinstance(value, (list, tuple)):
        return list(value)
    if isinstance(value, Mapping):
        return list(value)
    if isinstance(value, Undefined):
        raise MissingValue(value)
    raise Misuse(f"Expected a list, found {describe(value)}")


def text_of(value: object) -> str:
    """Text as it is.

    Raises:
        Misuse: the value is not text.
    """
    if not isinstance(value, str):
        raise Misuse(f"Expected text, found {describe(value)}")
    return value


def number_of(value: object) -> float:
    """Number as it is.

    Raises:
        Misuse: the value is not a number.
    """
    if isinstance(value, (int, float)) and not isinstance(value, bool):
        return value
    raise Misuse(f"Expected a number, found {describe(value)}")


def whole_of(value: object) -> int:
    """Whole number as it is.

    Raises:
        Misuse: the value is not a whole number.
    """
    if isinstance(value, int) and not isinstance(value, bool):
        return value
    raise Misuse(f"Expected a whole number, found {describe(value)}")


def describe(value: object) -> str:
    """What kind of value this is, in words for a message."""
    for kind, words in (
        (str, "text"),
        (bool, "true or false"),
        ((int, float), "a number"),
        (type(None), "an empty value"),
        ((list, tuple), "a list"),
        (Mapping, "a mapping"),
        (Undefined, "an undefined value"),
        (Macro, "a macro"),
        (LoopContext, "a loop"),
    ):
        if isinstance(value, kind):
            return words
    return "an object"


def show(value: object) -> str:
    """The value for a message: text and numbers themselves, everything else by its kind."""
    if isinstance(value, str):
        return quote(value)
    return str(value) if is_number(value) else describe(value)


def is_number(value: object) -> bool:
    """Whether the value is a number, which truth values are not."""
    return isinstance(value, (int, float)) and not isinstance(value, bool)


def is_data(value: object) -> bool:
    """Whether the value is one that YAML and JSON know, seen from outside."""
    return value is None or isinstance(value, (str, int, float, list, tuple, Mapping))


def _missing(holder: object, key: object) -> Missing:
    # Jinja types the name as text, and gives positions in lists there as well.
    return Missing(obj=holder, name=key)  # type: ignore[arg-type]
