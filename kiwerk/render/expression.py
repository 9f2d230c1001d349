"""Mock expressions: a string that starts with `=` is one expression over `args`, `state` and `now`.

    value       meaning
    "=EXPR"     the value of EXPR, a list staying a list
    "==text"    the text "=text"
    "text"      itself

Expressions live in the sandbox of templates, under its limits; each one has a budget of its own. Their values are data
that JSON could carry, and share nothing with what they were computed from.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING

from jinja2 import Undefined

from kiwerk.render.access import check_number, describe
from kiwerk.render.problem import MissingValue, Misuse, TemplateProblem
from kiwerk.render.reads import Read, find_reads
from kiwerk.render.sandbox import compile_tree, explain_trouble, make_environment
from kiwerk.render.source import RESULT, parse_expression

if TYPE_CHECKING:
    import jinja2

    from kiwerk.render.limits import Budget

MAX_RESULT_DEPTH = 50
"""Lists and mappings inside each other in a value."""

Route = tuple[str | int, ...]


@dataclass(frozen=True, slots=True, eq=False)
class Expression:
    """A compiled expression, and which names it reads."""

    reads: tuple[Read, ...]
    _code: jinja2.Template

    def evaluate(self, names: Mapping[str, object]) -> object:
        """Value of the expression, as fresh dicts, lists and scalars.

        Raises:
            TemplateProblem: something undefined is used, an operation does not fit its values, a limit is passed, or
                the value is no data.
        """
        context = self._code.new_context(dict(names))
        try:
            for _ in self._code.root_render_func(context):
                pass
            return _copy_data(context.vars[RESULT], context.budget, 0)  # type: ignore[attr-defined]
        except Exception as trouble:
            problem = explain_trouble(trouble, self._code, names)
            if problem is None:
                raise
            raise problem from trouble


def is_expression(value: object) -> bool:
    """Whether a value is text that will be evaluated, rather than taken as it is."""
    return isinstance(value, str) and value.startswith("=") and not value.startswith("==")


@lru_cache(maxsize=4096)
def compile_expression(text: str) -> Expression:
    """The expression of a text that starts with one `=`, compiled once for each distinct one.

    Raises:
        TemplateProblem: a syntax error, an unknown filter, a construct that expressions may not use, or a text beyond
            the limits. Lines count from the start of `text`.
    """
    environment = make_environment()
    tree = parse_expression(environment, text.removeprefix("="))
    reads = tuple(find_reads(tree))
    return Expression(reads, compile_tree(environment, tree, expression=True))


def find_expressions(value: object, route: Route = ()) -> Iterator[tuple[Route, str]]:
    """Every expression inside a value, with the keys and indexes that lead to it."""
    if isinstance(value, str):
        if is_expression(value):
            yield route, value
    elif isinstance(value, Mapping):
        for key, item in value.items():
            yield from find_expressions(item, (*route, key))
    elif isinstance(value, (list, tuple)):
        for index, item in enumerate(value):
            yield from find_expressions(item, (*route, index))


def evaluate(value: object, names: Mapping[str, object]) -> object:
    """The value with every expression in it replaced by its value, as fresh dicts, lists and scalars.

    Keys of mappings are never expressions.

    Args:
        value: text, number or the like, or mappings and lists of them.
        names: what expressions may read: `args`, `state`, and `now` as `2026-11-27T10:00`.

    Raises:
        TemplateProblem: an expression cannot be compiled or evaluated; its `route` leads to it.
    """
    return _evaluate(value, names, ())


def _evaluate(value: object, names: Mapping[str, object], route: Route) -> object:
    if isinstance(value, str):
        if not value.startswith("="):
            return value
        if value.startswith("=="):
            return value[1:]
        try:
            return compile_expression(value).evaluate(names)
        except TemplateProblem as problem:
            raise TemplateProblem(
                problem.message, problem.line, problem.help, route, is_undefined=problem.is_undefined
            ) from problem
    if isinstance(value, Mapping):
        return {key: _evaluate(item, names, (*route, key)) for key, item in value.items()}
    if isinstance(value, (list, tuple)):
        return [_evaluate(item, names, (*route, index)) for index, item in enumerate(value)]
    return value


def _copy_data(value: object, budget: Budget, depth: int) -> object:
    """The value as fresh dicts, lists and scalars, paid for: parts that are shared are copied each time."""
    if isinstance(value, str):
        return str.__str__(value)
    if value is None or isinstance(value, bool):
        return value
    if isinstance(value, (int, float)):
        return check_number(value)
    if isinstance(value, Undefined):
        raise MissingValue(value)
    if depth == MAX_RESULT_DEPTH:
        raise Misuse("The value is nested too deeply")
    if isinstance(value, Mapping):
        budget.spend(1 + len(value))
        return {_check_key(key): _copy_data(item, budget, depth + 1) for key, item in value.items()}
    if isinstance(value, (list, tuple)):
        budget.spend(1 + len(value))
        return [_copy_data(item, budget, depth + 1) for item in value]
    raise Misuse(f"The value is {describe(value)}, which is no data")


def _check_key(key: object) -> str:
    if not isinstance(key, str):
        raise Misuse(f"A key of the value is {describe(key)}, not text")
    return key
