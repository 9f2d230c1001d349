"""The Python of a mock cannot answer for its toolset.

What it does:
    Demands, where a mock says `python: true`, a Python file beside the toolset with its name, without errors of syntax,
    and in it a function for every operation that has no clauses. A function may ask for `args`, `state`, `now` and
    `random`. The file is read and never run: only an evaluation does that.

Why:
    A call that nobody answers ends the conversation as errored, after the model was paid for.

Example:
    ```yaml
    mock: {python: true, state: {frei: []}}   # and kalender.py without `def pruefen`
    ```

Instead:
    ```python
    def pruefen(args, state):
        return {"outcome": "frei" if args["beginn"] in state["frei"] else "belegt"}
    ```
"""

from __future__ import annotations

import ast
import warnings
from typing import TYPE_CHECKING, NamedTuple

from kiwerk.check.rule import Rule
from kiwerk.finding import Finding, Span
from kiwerk.language.phrase import join_names
from kiwerk.load.code import PARAMETERS, code_path, wants_code
from kiwerk.load.suggest import suggest

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime

    from kiwerk.load.project import Loaded, Project
    from kiwerk.load.source import Source
    from kiwerk.spec import Toolset

RULE = Rule("invalid-mock", essential=True)


class _Function(NamedTuple):
    line: int
    parameters: tuple[str, ...]
    problem: str | None


def check_invalid_mocks(project: Project, _now: datetime) -> Iterator[Finding]:
    """Toolsets whose Python is missing, or cannot answer."""
    unread = {finding.span.path for finding in project.findings}
    for toolset in project.toolsets.values():
        path = code_path(toolset.document.path)
        if not wants_code(toolset.spec) or (path not in project.sources and path in unread):
            continue
        source = project.sources.get(path)
        if source is None:
            name = path.rpartition("/")[2]
            first = next(iter(toolset.spec.operations))
            help_ = f"Write it, with a function for each operation: def {first}(args, state)"
            yield Finding(RULE.name, f"There is no {name} beside this file", toolset.span("mock", "python"), help=help_)
        else:
            yield from _check_code(toolset, source)


def _check_code(toolset: Loaded[Toolset], source: Source) -> Iterator[Finding]:
    functions = _find_functions(source)
    if isinstance(functions, Finding):
        yield functions
        return
    name = source.path.rpartition("/")[2]
    clauses = toolset.spec.mock.calls if toolset.spec.mock else {}
    for operation in toolset.spec.operations:
        if operation in clauses:
            continue
        function = functions.get(operation)
        if function is None:
            yield Finding(
                RULE.name,
                f"{name} has no function '{operation}', and the mock no clauses for it",
                toolset.span("operations", operation, key=True),
                help=suggest(operation, functions) or f"Add def {operation}(args, state), or clauses",
            )
        elif function.problem is not None:
            yield Finding(
                RULE.name,
                f"'{operation}' {function.problem}",
                _line(source, function.line),
                help=f"It may ask for {join_names(PARAMETERS)}, and returns its answer",
            )


def _find_functions(source: Source) -> dict[str, _Function] | Finding:
    """Functions at the top of a file by name, or what is wrong with the file; nothing of it is run."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            tree = ast.parse(source.text, source.path)
    except SyntaxError as error:
        return Finding(RULE.name, f"Not Python: {error.msg}", _line(source, error.lineno or 1))
    except (ValueError, RecursionError, MemoryError):
        return Finding(RULE.name, "Not Python: nested too deeply, or with a character that is none", _line(source, 1))
    return {
        node.name: _describe(node) for node in tree.body if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
    }


def _describe(node: ast.FunctionDef | ast.AsyncFunctionDef) -> _Function:
    given = node.args
    by_position = [item.arg for item in given.posonlyargs]
    names = [item.arg for item in (*given.args, *given.kwonlyargs)]
    unknown = [name for name in (*by_position, *names) if name not in PARAMETERS]
    problem = None
    if isinstance(node, ast.AsyncFunctionDef):
        problem = "is asynchronous, and a mock does not wait"
    elif unknown:
        problem = f"asks for '{unknown[0]}', which no call has"
    elif by_position or given.vararg or given.kwarg:
        problem = "does not take what it asks for by name"
    return _Function(node.lineno, (*by_position, *names), problem)


def _line(source: Source, number: int) -> Span:
    """A line of the code, without its indentation."""
    lines = source.text.splitlines() or [""]
    number = min(max(number, 1), len(lines))
    text = lines[number - 1]
    begin = len(text) - len(text.lstrip()) + 1
    return Span(source.path, number, begin, number, max(len(text) + 1, begin + 1))
