"""The sandbox: Jinja's environment with every way to a Python object closed, and every operation paid for.

The budget of a rendering hangs on its context, which belongs to that rendering alone; threads and tasks therefore
share compiled templates without sharing a budget.
"""

from __future__ import annotations

import inspect
from collections.abc import Callable, Mapping
from typing import Any, TypeAlias

from jinja2 import Undefined, pass_context
from jinja2.runtime import Context, Macro

from kiwerk.render import conditions, filters
from kiwerk.render.access import Missing, as_text, describe, read_key
from kiwerk.render.arithmetic import NUMERIC, combine
from kiwerk.render.context import RenderContext, Vocabulary
from kiwerk.render.generator import GuardedGenerator
from kiwerk.render.guards import GUARDS, HoleText
from kiwerk.render.limits import MAX_RANGE, Budget
from kiwerk.render.problem import MissingValue, Misuse, suggest_name

Filter: TypeAlias = Callable[..., object]
"""Function of the value and the filter's arguments."""


class RenderEnvironment(Vocabulary):
    """Jinja's sandbox, strict and bounded.

    Args:
        extra: further filters by name, functions of the value and the filter's arguments. They may be given any
            object of the context, raise `Misuse` for bad input, and must be pure.
    """

    intercepted_binops = frozenset(NUMERIC)
    context_class = RenderContext
    code_generator_class = GuardedGenerator

    def __init__(self, extra: Mapping[str, Filter] | None = None) -> None:
        super().__init__(
            # Which line ends stay is decided in `layout`.
            keep_trailing_newline=True,
            undefined=Missing,
            finalize=_print,
            # Folding constants would run them while compiling, where nothing is paid for.
            optimized=False,
            autoescape=False,
            auto_reload=False,
            cache_size=0,
        )
        self.known_filters = {
            **_vocabulary(filters.PLAIN, filters.PAYING, filters.ASKING),
            **_vocabulary(extra or {}, {}, {}),
        }
        self.known_tests = _vocabulary(conditions.PLAIN, conditions.PAYING, conditions.ASKING)
        self.filters = {**self.known_filters, **GUARDS}
        self.tests = dict(self.known_tests)
        self.globals = {"range": _range}

    def getattr(self, obj: Any, attribute: str) -> Any:
        """The value under a key; attributes are never read."""
        return read_key(obj, attribute)

    def getitem(self, obj: Any, argument: Any) -> Any:
        """The value under a key or at a position."""
        return read_key(obj, argument)

    def call(__self, __context: Context, __obj: Any, /, *args: Any, **kwargs: Any) -> Any:  # noqa: N805
        """What `range` or a macro gives; nothing else can be called."""
        assert isinstance(__context, RenderContext)  # noqa: S101  # the context class of this environment
        # Jinja adds the variables of the loop around the call.
        kwargs.pop("_loop_vars", None)
        if __obj is _range:
            return _range(__context.budget, *args, **kwargs)
        if isinstance(__obj, Undefined):
            raise MissingValue(__obj)
        if not isinstance(__obj, Macro):
            raise Misuse(f"{describe(__obj)} cannot be called", "Values have no methods; use a filter")
        _check_call(__obj, args, kwargs)
        __context.budget.enter_call()
        try:
            return __obj(*args, **kwargs)
        finally:
            __context.budget.leave_call()

    def call_binop(self, context: Context, operator: str, left: Any, right: Any) -> Any:
        """Arithmetic on numbers, and `+` and `*` on texts and lists, paid for first."""
        assert isinstance(context, RenderContext)  # noqa: S101  # the context class of this environment
        return combine(context.budget, operator, left, right)


def _check_call(macro: Macro, args: tuple[object, ...], kwargs: Mapping[str, object]) -> None:
    """Nothing, where the arguments fit; Jinja would raise a TypeError from inside itself."""
    if len(args) > len(macro.arguments):
        raise Misuse(f"Macro `{macro.name}` takes at most {len(macro.arguments)} arguments")
    for name in kwargs:
        if name not in macro.arguments:
            raise Misuse(f"Macro `{macro.name}` has no argument `{name}`", suggest_name(name, macro.arguments))
        if name in macro.arguments[: len(args)]:
            raise Misuse(f"Macro `{macro.name}` is given `{name}` twice")


def _range(budget: Budget, *args: object, **kwargs: object) -> list[int]:
    """Whole numbers as Python's `range` gives them, as a list."""
    whole = [value for value in args if type(value) is int]
    if kwargs or len(whole) < len(args):
        raise Misuse("`range` takes whole numbers")
    match whole:
        case [stop]:
            numbers = range(stop)
        case [start, stop]:
            numbers = range(start, stop)
        case [start, stop, step] if step != 0:
            numbers = range(start, stop, step)
        case _:
            raise Misuse("`range` takes a stop, or a start and a stop, or both and a step that is not 0")
    # Not `len(numbers)`, which fails beyond the machine's word.
    if numbers and (numbers[-1] - numbers[0]) // numbers.step >= MAX_RANGE:
        raise Misuse(f"`range` of more than {MAX_RANGE:,} numbers")
    budget.spend(len(numbers))
    return list(numbers)


@pass_context
def _print(context: RenderContext, value: object) -> str:
    """Text of what is printed, paid for. It needs the context, so Jinja cannot call it while compiling."""
    text = value if type(value) is str or type(value) is HoleText else as_text(value)
    context.budget.write(len(text))
    return text


def _vocabulary(
    plain: Mapping[str, Callable[..., object]],
    paying: Mapping[str, Callable[..., object]],
    asking: Mapping[str, Callable[..., object]],
) -> dict[str, Callable[..., Any]]:
    return {
        **{name: _paid(function, takes_context=False) for name, function in plain.items()},
        **{name: _paid(function, takes_context=True) for name, function in paying.items()},
        **{name: _paid(function, takes_context=False, asks=True) for name, function in asking.items()},
    }


def _paid(function: Callable[..., object], *, takes_context: bool, asks: bool = False) -> Callable[..., Any]:
    """The function as Jinja calls it: undefined arguments are refused, what it reads and makes is paid for."""

    @pass_context
    def call(context: RenderContext, /, *args: object, **kwargs: object) -> object:
        budget = context.budget
        for value in (*args, *kwargs.values()):
            if isinstance(value, str):
                budget.scan(value)
            elif not asks and isinstance(value, Undefined):
                raise MissingValue(value)
        result = function(context, *args, **kwargs) if takes_context else function(*args, **kwargs)
        if isinstance(result, str):
            budget.write(len(result))
        elif isinstance(result, (list, tuple)):
            budget.spend(len(result))
        return result

    signature = inspect.signature(function)
    if takes_context:
        signature = signature.replace(parameters=list(signature.parameters.values())[1:])
    call.__signature__ = signature  # type: ignore[attr-defined]  # what `inspect` looks for
    return call
