"""The Python of a mock, beside its toolset: read as text, and run by evaluations alone."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

    from kiwerk.load.project import Loaded, Project
    from kiwerk.load.source import Source
    from kiwerk.spec import Toolset

PARAMETERS = ("args", "state", "now", "random")
"""What a function of it may ask for."""


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
