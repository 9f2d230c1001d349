"""Checks in Python beside the suites: what they do is expected of conversations, as much as what a suite says."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

from kiwerk.load.discover import is_code
from kiwerk.record.comparison import Line, Weakening

if TYPE_CHECKING:
    from collections.abc import Iterator

    from kiwerk.load.project import Project

_FOLDER = "evals/"


def find_changed_checks(base: Project, head: Project) -> Iterator[Weakening]:
    """Files of checks that do something else or are gone; comments and formatting do nothing, and a move is none."""
    before, after = (
        {path: source.text for path, source in side.sources.items() if path.startswith(_FOLDER) and is_code(path)}
        for side in (base, head)
    )
    for path, text in before.items():
        is_there = path in after
        others = [after[path]] if is_there else [other for name, other in after.items() if name not in before]
        if text not in others and _read(text) not in map(_read, others):
            place = Line(path=path, line=1)
            yield Weakening(
                rule="changed-check",
                subject=path,
                message="it judges by other code now" if is_there else "the code that judges is gone",
                base=None if is_there else place,
                head=place if is_there else None,
            )


def _read(text: str) -> str:
    try:
        return ast.dump(ast.parse(text))
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return text
