"""Writing a new document into a repository."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from kiwerk.edit.new import draft_document
from kiwerk.errors import KiwerkError
from kiwerk.load.above import refuse_below_repository
from kiwerk.load.discover import FOLDERS
from kiwerk.load.project import load_project
from kiwerk.pipeline.workspace import check

if TYPE_CHECKING:
    from datetime import datetime
    from pathlib import Path

    from kiwerk.finding import Finding
    from kiwerk.load.project import Project


@dataclass(frozen=True, slots=True)
class Created:
    """A document that was written."""

    path: str
    """POSIX path from the repository's root."""
    project: Project
    findings: tuple[Finding, ...]
    """What is to be done about it next."""


def create_document(root: Path, kind: str, identity: str, now: datetime) -> Created:
    """A new document, written, with what `check` says about it.

    Raises:
        KiwerkError: it cannot be created, or something is in its place. Nothing is overwritten, ever.
    """
    draft = draft_document(load_or_begin(root), kind, identity, now)
    path = root / draft.path
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with path.open("x", encoding="utf-8", newline="\n") as file:
            file.write(draft.text)
    except FileExistsError:
        message = "There is something already, and it would be lost"
        raise KiwerkError(message, path=draft.path, remedy="Choose another id, or edit what is there") from None
    except OSError as error:
        message = f"The document cannot be written: {(error.strerror or 'unknown reason').lower()}"
        raise KiwerkError(message, path=draft.path, remedy="Make the folder writable") from error
    project, findings = check(root, now)
    return Created(draft.path, project, tuple(item for item in findings if item.span.path == draft.path))


def load_or_begin(root: Path) -> Project:
    """The repository, which may be an empty folder."""
    if not root.is_dir() or any((root / folder).is_dir() for folder in FOLDERS):
        return load_project(root)
    refuse_below_repository(root)
    folder = root / FOLDERS[0]
    folder.mkdir()
    try:
        return load_project(root)
    finally:
        folder.rmdir()
