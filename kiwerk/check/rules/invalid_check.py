"""A function in Python that an expectation names cannot be asked.

What it does:
    Demands of every expectation `python` that its file lies beside the suite, has no errors of syntax and holds the
    function it names. The function may ask for `conversation` and `given`. The file is read and never run: only an
    evaluation does that.

Why:
    An expectation that nobody can judge is errored in every conversation, after the model was paid for.

Example:
    ```yaml
    expect: [{python: {file: pruefungen.py, function: nennt_preis}}]   # and no pruefungen.py
    ```

Instead:
    ```python
    def nennt_preis(conversation):
        return any("Euro" in reply["text"] for reply in conversation["replies"])
    ```
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from kiwerk.check.functions import find_functions, find_line
from kiwerk.check.rule import Rule
from kiwerk.finding import Finding
from kiwerk.language.phrase import join_names
from kiwerk.load.code import CHECK_PARAMETERS, check_path
from kiwerk.load.suggest import suggest

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime

    from kiwerk.check.functions import Function
    from kiwerk.finding import Span
    from kiwerk.load.project import Project
    from kiwerk.load.source import Source
    from kiwerk.spec.expectation import PythonCheck

RULE = Rule("invalid-check", essential=True)


def check_invalid_checks(project: Project, _now: datetime) -> Iterator[Finding]:
    """Expectations in Python that cannot be judged."""
    unread = {finding.span.path for finding in project.findings}
    known: dict[str, dict[str, Function] | Finding] = {}
    for suite in project.suites.values():
        for number, case in enumerate(suite.spec.cases):
            places = [
                *(("expect", place) for place in range(len(case.expect))),
                *(
                    ("conversation", turn, "expect", place)
                    for turn, said in enumerate(case.conversation)
                    for place in range(len(said.expect))
                ),
            ]
            entries = [*case.expect, *(entry for said in case.conversation for entry in said.expect)]
            for place, entry in zip(places, entries, strict=True):
                if entry.python is None:
                    continue
                path = check_path(suite.document.path, entry.python.file)
                source = project.sources.get(path)
                span = suite.span("cases", number, *place, "python")
                if source is None and path not in unread:
                    help_ = f"Write it, with def {entry.python.function}(conversation)"
                    yield Finding(RULE.name, f"There is no {entry.python.file} beside this file", span, help=help_)
                elif source is not None:
                    yield from _check(entry.python, source, span, known)


def _check(
    check: PythonCheck, source: Source, span: Span, known: dict[str, dict[str, Function] | Finding]
) -> Iterator[Finding]:
    """What is wrong with one function; of a file that is no Python it is told once."""
    if source.path not in known:
        known[source.path] = functions = find_functions(source, RULE.name, CHECK_PARAMETERS)
        if isinstance(functions, Finding):
            yield functions
    functions = known[source.path]
    if isinstance(functions, Finding):
        return
    function = functions.get(check.function)
    if function is None:
        help_ = suggest(check.function, functions) or f"Add def {check.function}(conversation)"
        yield Finding(RULE.name, f"{check.file} has no function '{check.function}'", span, help=help_)
    elif function.problem is not None:
        help_ = f"It may ask for {join_names(CHECK_PARAMETERS)}, and returns whether it holds"
        line = find_line(source, function.line)
        yield Finding(RULE.name, f"'{check.function}' {function.problem}", line, help=help_)
