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

from typing import TYPE_CHECKING

from kiwerk.check.functions import find_functions, find_line
from kiwerk.check.rule import Rule
from kiwerk.finding import Finding
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
    functions = find_functions(source, RULE.name, PARAMETERS)
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
                find_line(source, function.line),
                help=f"It may ask for {join_names(PARAMETERS)}, and returns its answer",
            )
