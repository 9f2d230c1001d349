"""Filters over lists, which read mappings by key only, and the lookup of filters and tests that are given by name."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from jinja2 import Undefined

from kiwerk.render import german
from kiwerk.render.access import (
    Missing,
    as_list,
    as_text,
    check_number,
    describe,
    is_number,
    number_of,
    read_key,
    show,
    text_of,
)
from kiwerk.render.limits import check_length
from kiwerk.render.problem import MissingValue, Misuse, suggest_name
from kiwerk.render.syntax import check_arguments

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from kiwerk.render.context import RenderContext

MAX_POSITION_DIGITS = 9


def first(value: object) -> object:
    """First character or element; undefined where there is none."""
    return _at(value, 0)


def last(value: object) -> object:
    """Last character or element; undefined where there is none."""
    return _at(value, -1)


def items(value: object) -> list[object]:
    """Pairs of key and value of a mapping."""
    if not isinstance(value, Mapping):
        raise Misuse(f"`items` needs a mapping, found {describe(value)}")
    return list(value.items())


def reverse(value: object) -> object:
    """Text or list in the other direction."""
    return value[::-1] if isinstance(value, str) else as_list(value)[::-1]


def join(context: RenderContext, value: object, separator: object = "", attribute: object = None) -> str:
    """Texts and numbers of a list, joined to one text."""
    elements = _elements(context, value, attribute)
    texts = [as_text(element) for element in elements]
    check_length(sum(map(len, texts)) + len(texts) * len(text_of(separator)))
    return text_of(separator).join(texts)


def liste(context: RenderContext, value: object, wort: str = "und") -> str:
    """Enumeration as "a, b und c"."""
    texts = [as_text(element) for element in _elements(context, value)]
    check_length(sum(map(len, texts)) + 2 * len(texts) + len(text_of(wort)))
    return german.liste(texts, wort)


def list_(context: RenderContext, value: object) -> list[object]:
    """Elements of a list, keys of a mapping, or characters of a text."""
    if isinstance(value, str):
        context.budget.spend(len(value))
        return list(value)
    return _elements(context, value)


def sort(
    context: RenderContext,
    value: object,
    reverse: object = False,  # noqa: FBT002  # Jinja's signature
    case_sensitive: object = False,  # noqa: FBT002
    attribute: object = None,
) -> list[object]:
    """List in ascending order of its texts or numbers, or of those under a key."""
    elements = as_list(value)
    keys = _sort_keys(context, _elements(context, elements, attribute), case_sensitive)
    if len({isinstance(key, str) for key in keys}) > 1:
        raise Misuse("Text and numbers cannot be compared")
    for _ in range(len(keys).bit_length()):
        context.budget.scan(keys)
    order = sorted(range(len(keys)), key=keys.__getitem__, reverse=bool(reverse))
    return [elements[index] for index in order]


def unique(
    context: RenderContext,
    value: object,
    case_sensitive: object = False,  # noqa: FBT002  # Jinja's signature
    attribute: object = None,
) -> list[object]:
    """List without repetitions, each first one kept."""
    elements = as_list(value)
    keys = _sort_keys(context, _elements(context, elements, attribute), case_sensitive)
    context.budget.scan(keys)
    seen: dict[Any, object] = {}
    for key, element in zip(keys, elements, strict=True):
        seen.setdefault(key, element)
    return list(seen.values())


def min_(context: RenderContext, value: object, attribute: object = None) -> object:
    """Element with the smallest text or number; undefined for an empty list."""
    return first(sort(context, value, attribute=attribute))


def max_(context: RenderContext, value: object, attribute: object = None) -> object:
    """Element with the largest text or number; undefined for an empty list."""
    return first(sort(context, value, reverse=True, attribute=attribute))


def sum_(context: RenderContext, value: object, attribute: object = None, start: object = 0) -> object:
    """Sum of a list of numbers."""
    total = number_of(start)
    for element in _elements(context, value, attribute):
        total = check_number(total + number_of(element))
    return total


def map_(
    context: RenderContext, value: object, name: object = None, *args: object, attribute: object = None
) -> list[object]:
    """List of what a filter makes of each element, or of what each has under a key."""
    elements = as_list(value)
    if attribute is not None:
        return _elements(context, elements, attribute)
    function = find_function(context.environment.known_filters, "filter", name, len(args))
    return [function(context, element, *args) for element in _elements(context, elements)]


def select(context: RenderContext, value: object, name: object = None, *args: object) -> list[object]:
    """Elements that pass a test, or that are not empty or false."""
    return [element for element, passed in _tested(context, value, None, name, args) if passed]


def reject(context: RenderContext, value: object, name: object = None, *args: object) -> list[object]:
    """Elements that do not pass a test, or that are empty or false."""
    return [element for element, passed in _tested(context, value, None, name, args) if not passed]


def selectattr(
    context: RenderContext, value: object, attribute: object, name: object = None, *args: object
) -> list[object]:
    """Mappings whose value under a key passes a test: `selectattr("nummer", "equalto", 7)`."""
    return [element for element, passed in _tested(context, value, attribute, name, args) if passed]


def rejectattr(
    context: RenderContext, value: object, attribute: object, name: object = None, *args: object
) -> list[object]:
    """Mappings whose value under a key does not pass a test."""
    return [element for element, passed in _tested(context, value, attribute, name, args) if not passed]


def find_function(
    known: Mapping[str, Callable[..., object]], kind: str, name: object, arguments: int
) -> Callable[..., object]:
    """The filter or test of a name given as text, fit for so many arguments beside its value."""
    function = known.get(name) if isinstance(name, str) else None
    if function is None:
        raise Misuse(f"There is no {kind} {show(name)}", suggest_name(str(name), known))
    trouble = check_arguments(function, arguments, ())
    if trouble:
        raise Misuse(f"{kind} `{name}`: {trouble}")
    return function


def _elements(context: RenderContext, value: object, attribute: object = None) -> list[object]:
    """Elements of a list, paid for, or what each has under a path of keys such as `kunde.name`."""
    elements = as_list(value)
    if attribute is None:
        context.budget.spend(len(elements))
        return elements
    keys = attribute.split(".") if isinstance(attribute, str) else [attribute]
    context.budget.spend(len(elements) * (1 + len(keys)))
    return [_follow(element, keys) for element in elements]


def _follow(value: object, keys: Sequence[object]) -> object:
    for key in keys:
        # `zeiten.0` is a position in a list, and a key where `zeiten` is a mapping.
        is_position = isinstance(key, str) and key.isdecimal() and len(key) <= MAX_POSITION_DIGITS
        value = read_key(value, int(str(key)) if is_position and not isinstance(value, Mapping) else key)
    return value


def _tested(
    context: RenderContext, value: object, attribute: object, name: object, args: Sequence[object]
) -> Iterator[tuple[object, bool]]:
    elements = as_list(value)
    candidates = _elements(context, elements, attribute)
    if name is None:
        yield from ((element, bool(candidate)) for element, candidate in zip(elements, candidates, strict=True))
        return
    test = find_function(context.environment.known_tests, "test", name, len(args))
    for element, candidate in zip(elements, candidates, strict=True):
        yield element, bool(test(context, candidate, *args))


def _sort_keys(context: RenderContext, values: Sequence[object], case_sensitive: object) -> list[Any]:
    """What values are compared by, paid for before it is made."""
    keys: list[Any] = []
    for value in values:
        if isinstance(value, Undefined):
            raise MissingValue(value)
        if isinstance(value, str) and not case_sensitive:
            context.budget.write(len(value))
            keys.append(value.lower())
        elif isinstance(value, str) or is_number(value):
            keys.append(value)
        else:
            raise Misuse(f"{describe(value)} cannot be compared", "Name the key to compare by: `attribute='…'`")
    return keys


def _at(value: object, position: int) -> object:
    if not isinstance(value, (str, list, tuple)):
        raise Misuse(f"Expected a list or text, found {describe(value)}")
    return value[position] if value else Missing(hint="there is no first or last element, it is empty")
