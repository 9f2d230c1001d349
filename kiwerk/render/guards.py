"""What `syntax.Guard` writes into templates: functions that check and pay before an operation runs."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from jinja2 import Undefined, pass_context

from kiwerk.render import syntax
from kiwerk.render.access import as_list, as_text, describe
from kiwerk.render.conditions import comparable, contains
from kiwerk.render.problem import MissingValue, Misuse

if TYPE_CHECKING:
    from collections.abc import Callable

    from kiwerk.render.context import RenderContext


class HoleText(str):
    """Stands in the output for a hole; everything else in the output is plain `str`."""

    __slots__ = ()

    def __str__(self) -> str:
        """Itself: Jinja calls `str()` on what it prints, which would forget the class."""
        return self


@pass_context
def _tick(context: RenderContext, steps: int, characters: int) -> None:
    context.budget.spend(steps)
    if characters:
        context.budget.write(characters)


@pass_context
def _tested(context: RenderContext, value: object, steps: int) -> object:
    context.budget.spend(steps)
    return value


@pass_context
def _each(_: RenderContext, value: object) -> object:
    return value if type(value) is list else as_list(value)


@pass_context
def _joined(context: RenderContext, values: tuple[object, ...]) -> str:
    texts = [as_text(value) for value in values]
    context.budget.write(sum(map(len, texts)))
    return "".join(texts)


@pass_context
def _built(context: RenderContext, values: list[object] | tuple[object, ...]) -> object:
    context.budget.spend(len(values))
    for value in values:
        if isinstance(value, Undefined):
            raise MissingValue(value)
    return values


@pass_context
def _mapped(context: RenderContext, values: dict[object, object]) -> object:
    _built(context, list(values.values()))
    if not all(isinstance(key, str) for key in values):
        raise Misuse("A key of the mapping is not text", "Put the key in quotes")
    return values


@pass_context
def _cut(context: RenderContext, value: object, start: object, stop: object, step: object) -> object:
    for position in (start, stop, step):
        if isinstance(position, Undefined):
            raise MissingValue(position)
        if position is not None and type(position) is not int:
            raise Misuse(f"A slice needs whole numbers, found {describe(position)}")
    if step == 0:
        raise Misuse("A slice cannot take steps of 0")
    part: slice[Any, Any, Any] = slice(start, stop, step)
    if isinstance(value, str):
        context.budget.write(len(range(*part.indices(len(value)))))
        return value[part]
    if isinstance(value, (list, tuple)):
        context.budget.spend(len(range(*part.indices(len(value)))))
        return value[part]
    if isinstance(value, Undefined):
        raise MissingValue(value)
    raise Misuse(f"{describe(value)} cannot be sliced")


def _hole(name: str) -> HoleText:
    return HoleText(name)


GUARDS: dict[str, Callable[..., Any]] = {
    syntax.TICK: _tick,
    syntax.TESTED: _tested,
    syntax.EACH: _each,
    syntax.HOLE: _hole,
    syntax.JOINED: _joined,
    syntax.BUILT: _built,
    syntax.MAPPED: _mapped,
    syntax.COMPARED: pass_context(comparable),
    syntax.CONTAINED: pass_context(contains),
    syntax.CUT: _cut,
}
"""Filters by the names that only `syntax.Guard` can write."""
