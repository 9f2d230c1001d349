"""The functions of a Python file beside a document, read and never run."""

from __future__ import annotations

import ast
import warnings
from typing import TYPE_CHECKING, NamedTuple

from kiwerk.finding import Finding, Span

if TYPE_CHECKING:
    from collections.abc import Sequence

    from kiwerk.load.source import Source


class Function(NamedTuple):
    """One function."""

    line: int
    parameters: tuple[str, ...]
    problem: str | None
    """Why it cannot be called, as the rest of a sentence that begins with its name."""


def find_functions(source: Source, rule: str, parameters: Sequence[str]) -> dict[str, Function] | Finding:
    """Functions at the top of a file by name, or what is wrong with the file; nothing of it is run.

    Args:
        source: the file.
        rule: whose finding it is.
        parameters: what a function may ask for.
    """
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            tree = ast.parse(source.text, source.path)
    except SyntaxError as error:
        return Finding(rule, f"Not Python: {error.msg}", find_line(source, error.lineno or 1))
    except (ValueError, RecursionError, MemoryError):
        return Finding(rule, "Not Python: nested too deeply, or with a character that is none", find_line(source, 1))
    return {
        node.name: _describe(node, parameters)
        for node in tree.body
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
    }


def _describe(node: ast.FunctionDef | ast.AsyncFunctionDef, parameters: Sequence[str]) -> Function:
    given = node.args
    by_position = [item.arg for item in given.posonlyargs]
    names = [item.arg for item in (*given.args, *given.kwonlyargs)]
    unknown = [name for name in (*by_position, *names) if name not in parameters]
    problem = None
    if isinstance(node, ast.AsyncFunctionDef):
        problem = "is asynchronous, and nobody waits for it"
    elif unknown:
        problem = f"asks for '{unknown[0]}', which it is not given"
    elif by_position or given.vararg or given.kwarg:
        problem = "does not take what it asks for by name"
    return Function(node.lineno, (*by_position, *names), problem)


def find_line(source: Source, number: int) -> Span:
    """A line of the code, without its indentation."""
    lines = source.text.splitlines() or [""]
    number = min(max(number, 1), len(lines))
    text = lines[number - 1]
    begin = len(text) - len(text.lstrip()) + 1
    return Span(source.path, number, begin, number, max(len(text) + 1, begin + 1))
