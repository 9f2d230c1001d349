"""A repository in parts that can be judged one by one.

No document may refer to another company's, only to its own company's and to what belongs to all: the documents in
`shared` and those in no company's folder. So a part is one company, or all that is common; what is wrong in a company
depends on its own files and the common ones alone.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from kiwerk.errors import KiwerkError
from kiwerk.finding import Finding
from kiwerk.load.above import refuse_below_repository
from kiwerk.load.discover import FOLDERS, Found, find_files
from kiwerk.load.file import Fingerprint, load_bytes

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

SHARED = "shared"
"""The company whose documents every other may refer to."""
COMMON = ""
"""Name of the part that every other one looks at."""


@dataclass(frozen=True, slots=True)
class Part:
    """The files of one company, or the common ones."""

    name: str
    """The company's folder, or `COMMON`."""
    entries: tuple[Found | Finding, ...]
    """What was found there, by path."""

    @property
    def size(self) -> int:
        """Bytes of its files, as far as they can be counted: how long it will take."""
        return sum(_size(entry) for entry in self.entries)

    def fingerprint(self) -> str:
        """Digest of everything that its findings depend on, the common part left out."""
        taken = Fingerprint()
        for entry in self.entries:
            if isinstance(entry, Finding):
                taken.add(entry.span.path, entry)
            else:
                taken.add(entry.shown, load_bytes(entry.path, entry.shown))
        return taken.hexdigest()


def find_parts(root: Path) -> Mapping[str, Part]:
    """The parts of a repository by name; the common one always among them.

    Raises:
        KiwerkError: there is no such folder, or none of kiwerk's is in it.
    """
    must_be_repository(root)
    found: dict[str, list[Found | Finding]] = {COMMON: []}
    for entry in find_files(root):
        shown = entry.span.path if isinstance(entry, Finding) else entry.shown
        found.setdefault(part_of(shown), []).append(entry)
    return {name: Part(name, tuple(entries)) for name, entries in found.items()}


def must_be_repository(root: Path) -> None:
    """Nothing, where documents can be looked for in a folder.

    Raises:
        KiwerkError: there is no such folder, or none of kiwerk's is in it.
    """
    if not root.is_dir():
        message = "No such folder"
        raise KiwerkError(message, path=root, remedy="Name a repository with --repo")
    if not any((root / folder).is_dir() for folder in FOLDERS):
        refuse_below_repository(root)
        message = "There is no agents/, processes/ or evals/ here"
        raise KiwerkError(message, path=root, remedy="Run `kiwerk init` here, or name a repository with --repo")


def company_of(shown_path: str) -> str:
    """The company in whose folder a file lies; empty for what lies in none."""
    folder, _, inner = shown_path.partition("/")
    company, slash, _ = inner.partition("/")
    bare = not slash or (folder == "agents" and company == "environments")
    return "" if bare else company


def part_of(shown_path: str) -> str:
    """Name of the part that a file belongs to."""
    company = company_of(shown_path)
    return COMMON if company == SHARED else company


def _size(entry: Found | Finding) -> int:
    try:
        return 0 if isinstance(entry, Finding) else entry.path.stat().st_size
    except OSError:
        return 0
