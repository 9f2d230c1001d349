"""The commits that changed certain files, through renames: git's history asked once, and followed backwards here.

`git log --follow` knows one file only, and a log limited to paths does not see where a file came from. So git lists
what every commit did below some folders, and the files are followed from the newest commit to the oldest.
"""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from kiwerk.load.git import Git

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping
    from pathlib import Path

_FIELDS = 4


@dataclass(frozen=True, slots=True)
class FileChange:
    """What a commit did to one file."""

    what: str
    """`added`, `changed`, `removed` or `moved`."""
    path: str
    """As it was called from then on."""


@dataclass(frozen=True, slots=True)
class Commit:
    """A commit and what it did to the files that were asked for."""

    digest: str
    at: datetime
    """When its author made the change."""
    author: str
    message: str
    changes: tuple[FileChange, ...]


def find_commits(
    root: Path, paths: Iterable[str], below: Iterable[str], formerly: Mapping[str, str] | None = None
) -> tuple[Commit, ...]:
    """The commits that changed files, newest first; merges are those of their parts.

    Args:
        root: folder in the repository that paths count from.
        paths: files as they are called now.
        below: folders in which they and their former places lie.
        formerly: where a file was before, for files that git takes for new ones.

    Raises:
        KiwerkError: git cannot be asked here.
    """
    followed = set(paths)
    found = []
    for commit, entries in _read(root, tuple(below)):
        changes = []
        for status, old, new in entries:
            if new not in followed:
                continue
            changes.append(FileChange(_WORDS.get(status, "changed"), new))
            if status == "R":
                followed = (followed - {new}) | {old}
            elif status == "A" and formerly and new in formerly:
                followed.add(formerly[new])
        if changes:
            found.append(Commit(commit.digest, commit.at, commit.author, commit.message, tuple(changes)))
    return tuple(found)


_WORDS = {"A": "added", "D": "removed", "M": "changed", "R": "moved", "C": "added", "T": "changed"}


def _read(root: Path, below: tuple[str, ...]) -> Iterator[tuple[Commit, list[tuple[str, str, str]]]]:
    """Every commit with its entries (status, old path, path), newest first."""
    # a message may hold anything but what nobody can guess
    mark = secrets.token_hex(16)
    layout = f"--format={mark}%H%x00%aI%x00%an%x00%B%x00{mark}"
    output = Git(root).read_log("--name-status", "--find-renames", "--relative", "-z", layout, "HEAD", "--", *below)
    parts = output.split(mark)[1:]
    for head, rest in zip(parts[::2], parts[1::2], strict=True):
        digest, at, author, message = head.split("\0")[:_FIELDS]
        yield Commit(digest, datetime.fromisoformat(at), author, message.strip(), ()), list(_entries(rest))


def _entries(text: str) -> Iterator[tuple[str, str, str]]:
    words = iter(word for word in text.strip("\0\n").split("\0") if word.strip("\n"))
    for status in words:
        letter = status.strip("\n")[0]
        old = next(words)
        yield letter, old, next(words) if letter in "RC" else old
