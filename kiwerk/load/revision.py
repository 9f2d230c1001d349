"""A repository as it was at one commit, read from git's objects: no second checkout, and only what is asked for."""

from __future__ import annotations

import hashlib
import posixpath
from dataclasses import dataclass
from typing import TYPE_CHECKING

from kiwerk.load.collection import collection_paused
from kiwerk.load.discover import FOLDERS, Found, find_files, is_read
from kiwerk.load.file import MAX_BYTES, find_too_large, load_bytes
from kiwerk.load.git import Git, Listing
from kiwerk.load.parts import COMMON, part_of
from kiwerk.load.project import Project, Reading

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Mapping
    from pathlib import Path

_MOST_LINKS = 40
"""Links that lead to links; where systems give up as well."""
_LONGEST_LINK = 4096
"""Bytes of a path (`PATH_MAX` of Linux)."""
_SHA1_LENGTH = 40


@dataclass(frozen=True, slots=True)
class Snapshot:
    """The documents of a repository at one commit, not read yet."""

    root: Path
    revision: str
    """As it was asked for."""
    commit: str
    """Digest of the commit."""
    blobs: Mapping[str, str]
    """Id of each document's blob by shown path, links followed as in a checkout."""

    def __str__(self) -> str:
        return self.commit[:12]


def take_snapshot(root: Path, revision: str) -> Snapshot:
    """A repository as it was at a revision.

    Raises:
        KiwerkError: there is no such revision, or a part of it is not here.
    """
    git = Git(root)
    return _snapshot(git, revision, git.find_commit(revision))


def take_base(root: Path, revision: str) -> Snapshot:
    """A repository as it was where HEAD left a revision: what a reviewer compares with (`origin/main...`).

    Raises:
        KiwerkError: there is no such revision, no commit in common, or a part of it is not here.
    """
    git = Git(root)
    return _snapshot(git, revision, git.find_merge_base(revision))


def find_changed_files(snapshot: Snapshot) -> frozenset[str]:
    """Shown paths of the documents that are new, gone, or other bytes than at the snapshot; nothing is parsed."""
    here = {entry.shown: entry for entry in find_files(snapshot.root) if isinstance(entry, Found)}
    changed = snapshot.blobs.keys() ^ here.keys()
    for shown in snapshot.blobs.keys() & here.keys():
        data = load_bytes(here[shown].path, shown)
        if not isinstance(data, bytes) or name_blob(data, snapshot.blobs[shown]) != snapshot.blobs[shown]:
            changed.add(shown)
    return frozenset(changed)


def load_snapshot(snapshot: Snapshot, companies: Collection[str] | None = None, like: Project | None = None) -> Project:
    """The documents of some companies at a snapshot with all that is common, whatever is wrong with them.

    Args:
        snapshot: where they are read from.
        companies: names of their folders; all of them if None.
        like: another version, whose documents are taken where they are the same.

    Raises:
        KiwerkError: one of the files is not here.
    """
    wanted = [
        (shown, blob)
        for shown, blob in sorted(snapshot.blobs.items())
        if companies is None or part_of(shown) in (COMMON, *companies)
    ]
    contents = Git(snapshot.root).read_blobs((blob for _, blob in wanted), MAX_BYTES)
    reading = Reading(snapshot.root)
    if like is not None:
        reading.expect(like)
    with collection_paused():
        for shown, blob in wanted:
            data = contents[blob]
            reading.add_bytes(shown, find_too_large(shown, data) if isinstance(data, int) else data)
    return reading.project()


def name_blob(data: bytes, like: str) -> str:
    """The id that git gives to these bytes, by the algorithm that another id was made by."""
    # git names objects by SHA-1, in newer repositories by SHA-256; nothing is trusted by it here
    algorithm = "sha1" if len(like) == _SHA1_LENGTH else "sha256"
    return hashlib.new(algorithm, b"blob %d\0%s" % (len(data), data), usedforsecurity=False).hexdigest()


def _snapshot(git: Git, revision: str, commit: str) -> Snapshot:
    listing = git.list_files(commit, *FOLDERS)
    blobs = dict(listing.files)
    if listing.links:
        # a link may lead anywhere in the repository
        blobs.update(_follow_links(git, git.list_files(commit), FOLDERS))
    documents = {shown: blob for shown, blob in blobs.items() if is_read(shown)}
    return Snapshot(git.folder, revision, commit, documents)


def _follow_links(git: Git, listing: Listing, folders: Collection[str]) -> Iterator[tuple[str, str]]:
    """Files that links lead to, by the paths they are seen at; a link to a folder inside a linked one ends there."""
    texts = git.read_blobs(listing.links.values(), _LONGEST_LINK)
    # no system could follow one that is longer
    found = ((path, texts[blob]) for path, blob in listing.links.items())
    targets = {path: text.decode("utf-8", "replace") for path, text in found if isinstance(text, bytes)}
    for link in targets:
        if link.partition("/")[0] not in folders:
            continue
        real = _resolve(link, targets)
        if real is None:
            continue
        if real in listing.files:
            yield link, listing.files[real]
            continue
        for path, blob in listing.files.items():
            if path.startswith(f"{real}/"):
                yield link + path.removeprefix(real), blob
        for inner in targets:
            inside = _resolve(inner, targets) if inner.startswith(f"{real}/") else None
            if inside is not None and inside in listing.files:
                yield link + inner.removeprefix(real), listing.files[inside]


def _resolve(path: str, targets: Mapping[str, str]) -> str | None:
    """Where a path leads when every link on its way is followed; None outside of the folder, or round in circles."""
    for _ in range(_MOST_LINKS):
        parts = path.split("/")
        link = next((way for end in range(1, len(parts) + 1) if (way := "/".join(parts[:end])) in targets), None)
        if link is None:
            return path
        if targets[link].startswith("/"):
            return None
        path = posixpath.normpath(posixpath.join(posixpath.dirname(link), targets[link], path[len(link) + 1 :]))
        if path == ".." or path.startswith("../"):
            return None
    return None
