"""Which files of a repository hold documents, and what lies beside them that nobody would read.

Links to files and folders of the repository are followed, but not a link inside a linked folder: two folders that
link to each other twice would make more paths than there is time for.
"""

from __future__ import annotations

import os
import re
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from kiwerk.finding import Finding, Severity, Span
from kiwerk.spec.base import SEGMENT

if TYPE_CHECKING:
    from collections.abc import Iterator

FOLDERS = ("agents", "processes", "evals")
"""Where documents lie, below the repository's root."""
_WITH_CODE = ("agents", "evals")
"""Where Python beside documents is read: of mocks, and of expectations."""

_ENDING = ".yaml"
_SEGMENT = re.compile(SEGMENT)
_LIKE_YAML = re.compile(r"\.ya?ml(\.|$)", re.IGNORECASE)
_CODE = ".py"
# Notes lie beside documents; the rest is what editors and merges leave behind.
_WELCOME = (".py", ".md", "~", ".bak", ".orig", ".rej", ".swp", ".tmp")
_HIDDEN = (".", "#", "__pycache__")
_UMLAUTS = str.maketrans({"ä": "ae", "ö": "oe", "ü": "ue", "ß": "ss"})


@dataclass(frozen=True, slots=True)
class Found:
    """A file that holds a document, or the Python of a mock beside one."""

    path: Path
    shown: str
    """POSIX path from the repository's root, as findings and ids have it."""
    folder: str
    """The one of `FOLDERS` it lies in."""

    @property
    def is_document(self) -> bool:
        """Whether it holds a document."""
        return not is_code(self.shown)


def is_code(shown: str) -> bool:
    """Whether a file holds Python, by its path."""
    return shown.endswith(_CODE)


def find_files(root: Path) -> Iterator[Found | Finding]:
    """Every file below `agents/`, `processes/` and `evals/` that is read, and findings for what is not; by path.

    A missing folder is nothing. A file with a flawed name is found, too, so that what is wrong inside is told as well.
    """
    walk = _Walk(root)
    walk.run()
    yield from sorted(walk.results, key=_path_of)


def is_read(shown: str) -> bool:
    """Whether a file of this name, by its path from the repository's root, is read: a document, or Python."""
    *folders, name = shown.split("/")
    hidden = any(part.startswith(_HIDDEN) for part in (*folders[1:], name))
    has_code = name.endswith(_CODE) and folders[:1] in [[folder] for folder in _WITH_CODE]
    return bool(folders) and folders[0] in FOLDERS and (name.endswith(_ENDING) or has_code) and not hidden


def _path_of(result: Found | Finding) -> tuple[str, bool]:
    if isinstance(result, Found):
        return result.shown, True
    return result.span.path, False


class _Walk:
    """One pass over the folders, without recursion: a path may be deeper than Python's stack."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self.real_root = os.path.realpath(root)
        self.results: list[Found | Finding] = []
        self.pending: list[tuple[str, str, bool]] = []
        """Folders to read: path, shown path, whether a link led there."""

    def run(self) -> None:
        for entry in self._scan(str(self.root), "."):
            if entry.name in FOLDERS:
                self._visit(entry, entry.name, linked=False)
        while self.pending:
            path, shown, linked = self.pending.pop()
            for entry in self._scan(path, shown):
                if not entry.name.startswith(_HIDDEN):
                    self._visit(entry, f"{shown}/{_printable(entry.name)}", linked=linked)

    def _scan(self, path: str, shown: str) -> list[os.DirEntry[str]]:
        try:
            with os.scandir(path) as entries:
                return list(entries)
        except OSError as error:
            self._add_unreadable(shown, error)
            return []

    def _visit(self, entry: os.DirEntry[str], shown: str, *, linked: bool) -> None:
        try:
            if entry.is_symlink():
                problem = self._link_problem(entry, linked=linked)
                if problem is not None:
                    self._add(problem[0], problem[1], shown, "Remove the link, or put a copy in its place")
                    return
                linked = True
            if entry.is_dir():
                self._visit_folder(entry, shown, linked=linked)
            elif entry.is_file():
                self._visit_file(entry, shown)
            else:
                self._add("not-a-file", "Neither a file nor a folder", shown, "Remove it")
        except OSError as error:
            self._add_unreadable(shown, error)

    def _link_problem(self, entry: os.DirEntry[str], *, linked: bool) -> tuple[str, str] | None:
        """Rule and message, where a link cannot be followed."""
        try:
            target = os.path.realpath(entry.path, strict=True)
        except OSError:
            return "broken-link", "The link leads nowhere"
        if not _is_inside(target, self.real_root):
            return "outside-repository", "The link leaves the repository"
        if entry.is_dir() and linked:
            return "broken-link", "A link to a folder inside a linked folder is not followed"
        if _is_inside(os.path.realpath(Path(entry.path).parent), target):
            return "broken-link", "The link leads to a folder it lies in"
        return None

    def _visit_folder(self, entry: os.DirEntry[str], shown: str, *, linked: bool) -> None:
        if entry.name.endswith(_ENDING):
            help_ = f"Rename the folder, or put a file in its place; only files end with {_ENDING}"
            self._add("not-a-file", "A folder with the name of a document", shown, help_)
            return
        self._check_segment(entry.name, shown)
        self.pending.append((entry.path, shown, linked))

    def _visit_file(self, entry: os.DirEntry[str], shown: str) -> None:
        name = entry.name
        folder = shown.partition("/")[0]
        if shown in FOLDERS:
            self._add("not-a-folder", f"{name} is a file", shown, "Put a folder in its place")
        elif name.endswith(_ENDING):
            self._check_segment(name.removesuffix(_ENDING), shown)
            self.results.append(Found(Path(entry.path), shown, folder))
        elif name.endswith(_CODE) and folder in _WITH_CODE:
            self.results.append(Found(Path(entry.path), shown, folder))
        elif name.endswith(_WELCOME):
            return
        elif _LIKE_YAML.search(name):
            right = _LIKE_YAML.split(shown, maxsplit=1)[0] + _ENDING
            self._add("wrong-ending", f"Only files that end with {_ENDING} are read", shown, f"Rename it to {right}")
        else:
            help_ = f"Move it out of {folder}/, or rename it if it holds a document"
            self._add("unexpected-file", "This file is not read", shown, help_, Severity.WARNING)

    def _check_segment(self, name: str, shown: str) -> None:
        if not _SEGMENT.fullmatch(name):
            message = f"'{_printable(name)}' cannot be part of an id"
            better = re.sub(r"[^a-z0-9]+", "-", name.lower().translate(_UMLAUTS)).strip("-")
            example = f", such as {better}" if better else ""
            self._add(
                "invalid-path", message, shown, f"Use lower-case letters and digits, joined by single hyphens{example}"
            )

    def _add_unreadable(self, shown: str, error: OSError) -> None:
        reason = (error.strerror or "unknown reason").lower()
        self._add("unreadable-file", f"Cannot be read: {reason}", shown, "Check its permissions")

    def _add(self, rule: str, message: str, shown: str, help_: str, severity: Severity = Severity.ERROR) -> None:
        self.results.append(Finding(rule, message, Span(shown, 1, 1, 1, 1), severity, help_))


def _is_inside(path: str, folder: str) -> bool:
    return path == folder or path.startswith(folder.rstrip(os.sep) + os.sep)


def _printable(name: str) -> str:
    """The name as a terminal can show it: a file's name may hold line breaks, escapes and bytes that are no text."""
    return "".join(character if character.isprintable() else "\ufffd" for character in name)
