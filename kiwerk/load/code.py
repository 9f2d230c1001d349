"""The Python of mocks and expectations, beside its document: read as text, and run by evaluations alone."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

    from kiwerk.load.project import Loaded, Project
    from kiwerk.load.source import Source
    from kiwerk.spec import Toolset
    from kiwerk.spec.suite import Case

PARAMETERS = ("args", "state", "now", "random")
"""What a function of a mock may ask for."""

CHECK_PARAMETERS = ("conversation", "given")
"""What a function of an expectation may ask for."""


def code_path(document_path: str) -> str:
    """Where the Python of a toolset's mock lies: beside its document, with the same name."""
    return f"{document_path.removesuffix('.yaml')}.py"


def wants_code(toolset: Toolset) -> bool:
    """Whether Python answers some of a toolset's operations."""
    return toolset.mock is not None and toolset.mock.python


def find_code(project: Project, toolsets: Mapping[str, Loaded[Toolset]]) -> dict[str, Source]:
    """The Python of the toolsets that want some, as far as it can be read, by their local names."""
    paths = {name: code_path(loaded.document.path) for name, loaded in toolsets.items() if wants_code(loaded.spec)}
    return {name: project.sources[path] for name, path in paths.items() if path in project.sources}


def check_path(suite_path: str, file: str) -> str:
    """Where the Python of an expectation lies: beside its suite."""
    return f"{suite_path.rpartition('/')[0]}/{file}"


def find_checks(project: Project, suite_path: str, case: Case) -> dict[str, Source]:
    """The Python that the expectations of a case name, as far as it can be read, by file name."""
    files = dict.fromkeys(entry.python.file for _, entry in case.expectations if entry.python is not None)
    paths = {file: check_path(suite_path, file) for file in files}
    return {file: project.sources[path] for file, path in paths.items() if path in project.sources}
