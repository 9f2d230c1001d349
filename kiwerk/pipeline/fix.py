"""Mending what has one right answer in a repository's files."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from kiwerk.edit.fix import fix_document
from kiwerk.edit.write import write_texts
from kiwerk.errors import KiwerkError
from kiwerk.load.discover import Found, find_files
from kiwerk.load.document import parse_document
from kiwerk.load.file import load_bytes
from kiwerk.load.parts import must_be_repository
from kiwerk.load.validate import kind_of
from kiwerk.pipeline.places import lies_in, locate_path

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

    from kiwerk.finding import Finding

_OTHER_ENDING = ".yml"
_ENDING = ".yaml"


@dataclass(frozen=True, slots=True)
class Fix:
    """What is mended in one file."""

    path: Path
    shown: str
    before: str
    after: str
    fixed: tuple[Finding, ...]
    renamed: str | None = None
    """The new path, as findings show it, where the file's name was wrong."""


def plan_fixes(root: Path, paths: Sequence[Path]) -> tuple[Fix, ...]:
    """What can be mended in a repository, or in the files and folders named; nothing is written.

    Raises:
        KiwerkError: a path does not exist, or lies elsewhere; or none of kiwerk's folders is there.
    """
    must_be_repository(root)
    prefixes = [locate_path(root, path) for path in paths] or ["."]
    return tuple(
        fix
        for entry in find_files(root)
        if not isinstance(entry, Found) or entry.is_document
        if any(lies_in(entry.shown if isinstance(entry, Found) else entry.span.path, prefix) for prefix in prefixes)
        for fix in (_fix_file(entry) if isinstance(entry, Found) else _rename(root, entry))
    )


def apply_fixes(fixes: Sequence[Fix]) -> None:
    """Write what was planned; each file is the old or the new one, whole, at every moment.

    Raises:
        KiwerkError: a file has changed since, or cannot be written; then none is changed.
    """
    for fix in fixes:
        if load_bytes(fix.path, fix.shown) != fix.before.encode():
            message = "The file was changed meanwhile"
            raise KiwerkError(message, path=fix.shown, remedy="Run the command again")
    write_texts({fix.path: fix.after for fix in fixes if fix.renamed is None})
    for fix in fixes:
        if fix.renamed is not None:
            _move(fix.path, fix.path.with_suffix(_ENDING))


def _move(path: Path, target: Path) -> None:
    """A new name for a file, which takes no other file's place."""
    try:
        target.hardlink_to(path)
        path.unlink()
    except OSError as error:
        message = f"The file cannot be renamed: {(error.strerror or 'unknown reason').lower()}"
        raise KiwerkError(message, path=path, remedy=f"Rename it to {target.name} yourself") from error


def _fix_file(found: Found) -> Iterator[Fix]:
    data = load_bytes(found.path, found.shown)
    result = fix_document(data, found.shown) if isinstance(data, bytes) else None
    if result is not None:
        yield Fix(found.path, found.shown, result.before, result.after, result.fixed)


def _rename(root: Path, finding: Finding) -> Iterator[Fix]:
    """A new name for a document that ends with `.yml`; what is no document of kiwerk's keeps its name."""
    shown = finding.span.path
    if finding.rule != "wrong-ending" or not shown.endswith(_OTHER_ENDING):
        return
    path = root / shown
    renamed = shown.removesuffix(_OTHER_ENDING) + _ENDING
    data = load_bytes(path, shown)
    if not isinstance(data, bytes) or path.is_symlink() or (root / renamed).exists():
        return
    document = parse_document(data, shown).document
    if document is not None and kind_of(document)[0] is not None:
        text = data.decode(errors="replace")
        yield Fix(path, shown, text, text, (finding,), renamed)
