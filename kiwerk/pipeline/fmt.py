"""Bringing a repository's documents into canonical style."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from kiwerk.edit.format import format_document
from kiwerk.edit.write import write_texts
from kiwerk.errors import KiwerkError
from kiwerk.load.above import refuse_below_repository
from kiwerk.load.discover import Found, find_files

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

    from kiwerk.edit.format import Formatted, Left
    from kiwerk.finding import Finding


@dataclass(frozen=True, slots=True)
class FormatReport:
    """What became of the files."""

    files: int
    """Number of files that were looked at."""
    changed: dict[str, Formatted]
    """The files that are not canonical, by shown path."""
    left: tuple[Left, ...]
    """What is not canonical and could not be mended safely."""
    findings: tuple[Finding, ...]
    """Why files could not be read."""


def format_files(root: Path, paths: Sequence[Path], *, write: bool) -> FormatReport:
    """The documents of a repository in canonical style, or those in the files and folders named.

    Raises:
        KiwerkError: a path holds no documents, or a file cannot be written; then none is changed.
    """
    changed: dict[str, Formatted] = {}
    left: list[Left] = []
    findings: list[Finding] = []
    targets: dict[Path, str] = {}
    count = 0
    for found in _find_named(root, paths):
        count += 1
        result = format_document(_read(found), found.shown)
        left += result.left
        findings += result.findings
        if result.changes:
            changed[found.shown] = result
            targets[found.path] = result.after
    if write:
        write_texts(targets)
    return FormatReport(count, changed, tuple(left), tuple(findings))


def _find_named(root: Path, paths: Sequence[Path]) -> Iterator[Found]:
    """The documents below the paths, each once."""
    documents = [found for found in find_files(root) if isinstance(found, Found) and found.is_document]
    if not documents:
        refuse_below_repository(root)
        message = "There are no documents here"
        raise KiwerkError(message, path=root, remedy="Run `kiwerk init` here, or name a repository with --repo")
    if not paths:
        yield from documents
        return
    prefixes = [_locate(root, path) for path in paths]
    for path, prefix in zip(paths, prefixes, strict=True):
        if prefix is None or not any(_lies_in(found.shown, prefix) for found in documents):
            message = "No document of kiwerk's is there"
            raise KiwerkError(message, path=path, remedy="Documents are *.yaml in agents/, processes/ and evals/")
    yield from (found for found in documents if any(_lies_in(found.shown, prefix or "") for prefix in prefixes))


def _locate(root: Path, path: Path) -> str | None:
    """POSIX path from the repository's root of what was named from here or from there; None where it is elsewhere."""
    for place in (path, root / path):
        if place.exists() and place.resolve().is_relative_to(root.resolve()):
            return place.resolve().relative_to(root.resolve()).as_posix()
    return None


def _lies_in(shown: str, prefix: str) -> bool:
    return prefix in (".", shown) or shown.startswith(f"{prefix}/")


def _read(found: Found) -> bytes:
    try:
        return found.path.read_bytes()
    except OSError as error:
        message = f"Cannot be read: {(error.strerror or 'unknown reason').lower()}"
        raise KiwerkError(message, path=found.shown, remedy="Check its permissions") from error
