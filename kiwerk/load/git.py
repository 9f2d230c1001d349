"""Git's objects, asked for through git itself: revisions, what a commit holds, and the bytes of its files."""

from __future__ import annotations

import subprocess
from dataclasses import dataclass
from datetime import datetime
from difflib import get_close_matches
from typing import TYPE_CHECKING

from kiwerk.errors import KiwerkError

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence
    from pathlib import Path

_LINK = "120000"
_FILES = ("100644", "100755", "100664")
"""Modes of files; the last stands in very old commits."""


@dataclass(frozen=True, slots=True)
class Listing:
    """What a commit holds below a folder, by POSIX path from that folder."""

    files: Mapping[str, str]
    """Id of each file's blob."""
    links: Mapping[str, str]
    """Id of the blob that says where each symbolic link leads."""


@dataclass(frozen=True, slots=True)
class Git:
    """Git in one folder, which need not be the root of its repository."""

    folder: Path

    def find_commit(self, revision: str) -> str:
        """The commit that a revision means: a branch, a tag, `HEAD~1`, a digest.

        Raises:
            KiwerkError: it means none, or the folder is in no git repository.
        """
        found = self._ask("rev-parse", "--verify", "--quiet", "--end-of-options", f"{revision}^{{commit}}")
        if found is None:
            self._must_be_repository()
            message = f"There is no revision '{revision}'"
            raise KiwerkError(message, path=self.folder, remedy=self._suggest(revision))
        return found

    def read_date(self, commit: str) -> datetime:
        """When a commit was made, with its offset.

        Raises:
            KiwerkError: it is not here.
        """
        found = self._ask("show", "--no-patch", "--format=%cI", commit)
        if found is None:
            raise self._missing(commit, b"")
        return datetime.fromisoformat(found)

    def read_log(self, *arguments: str) -> str:
        """What `git log` prints.

        Raises:
            KiwerkError: there is no history here.
        """
        result = self._run("log", *arguments)
        if result.returncode:
            self._must_be_repository()
            words = result.stderr.decode("utf-8", "replace").strip().partition("\n")[0].removeprefix("fatal: ")
            raise KiwerkError(f"Git tells no history: {words}", path=self.folder, remedy="Commit something first")
        return result.stdout.decode("utf-8", "replace")

    def find_merge_base(self, revision: str) -> str:
        """The newest commit that a revision and HEAD have in common.

        Raises:
            KiwerkError: there is none, as far as the history is here, or no such revision.
        """
        other, head = self.find_commit(revision), self.find_commit("HEAD")
        found = self._ask("merge-base", head, other)
        if found is None:
            message = f"'{revision}' and HEAD have no commit in common"
            if self._is_shallow():
                message += ": the history here is shallow"
                remedy = "Fetch it with `git fetch --unshallow`, or check out with `fetch-depth: 0`"
            else:
                remedy = "Name a revision that HEAD descends from"
            raise KiwerkError(message, path=self.folder, remedy=remedy)
        return found

    def list_files(self, commit: str, *below: str) -> Listing:
        """What a commit holds below some folders, or below the whole folder.

        Raises:
            KiwerkError: a part of the commit is not here.
        """
        result = self._run("ls-tree", "-r", "-z", commit, "--", *below)
        if result.returncode:
            raise self._missing(commit, result.stderr)
        files: dict[str, str] = {}
        links: dict[str, str] = {}
        for entry in filter(None, result.stdout.split(b"\0")):
            what, _, path = entry.partition(b"\t")
            mode, _, blob = what.decode("ascii").split(" ")
            into = links if mode == _LINK else files if mode in _FILES else None
            if into is not None:
                into[path.decode("utf-8", "replace")] = blob
        return Listing(files, links)

    def read_blobs(self, blobs: Iterable[str], most: int) -> dict[str, bytes | int]:
        """The bytes of blobs by id; of one that is larger than `most` bytes its size, and it is not read.

        Raises:
            KiwerkError: one of them is not here.
        """
        wanted = list(dict.fromkeys(blobs))
        sizes = dict(_split_sizes(self._ask_about(wanted, "--batch-check")))
        small = [blob for blob in wanted if sizes.get(blob, most) <= most]
        found: dict[str, bytes | int] = {blob: size for blob, size in sizes.items() if size > most}
        found.update(_split_batch(self._ask_about(small, "--batch")))
        lost = next((blob for blob in wanted if blob not in found), None)
        if lost is not None:
            raise self._missing(lost, b"")
        return found

    def _ask_about(self, blobs: Sequence[str], how: str) -> bytes:
        """What `git cat-file` prints about blobs; nothing where there are none."""
        if not blobs:
            return b""
        result = self._run("cat-file", how, stdin="".join(f"{blob}\n" for blob in blobs).encode("ascii"))
        if result.returncode:
            raise self._missing("?", result.stderr)
        return result.stdout

    def _missing(self, what: str, said: bytes) -> KiwerkError:
        words = said.decode("utf-8", "replace").strip().partition("\n")[0]
        message = f"Git has no {what[:12]} here{f': {words}' if words else ''}"
        return KiwerkError(message, path=self.folder, remedy="Fetch the whole history, with `git fetch --unshallow`")

    def _must_be_repository(self) -> None:
        result = self._run("rev-parse", "--git-dir")
        if result.returncode:
            words = result.stderr.decode("utf-8", "replace").strip().partition("\n")[0]
            message = f"Git cannot be asked here: {words.removeprefix('fatal: ')}"
            raise KiwerkError(message, path=self.folder, remedy="Run it in a git repository, or without a revision")

    def _suggest(self, revision: str) -> str:
        known = (self._ask("for-each-ref", "--format=%(refname:short)") or "").splitlines()
        near = get_close_matches(revision, known, n=1, cutoff=0.7)
        if near:
            return f"Did you mean '{near[0]}'?"
        if revision == "HEAD":
            return "Commit something first"
        return "Fetch it first; a checkout of CI often has nothing but its own commit (`fetch-depth: 0` brings all)"

    def _is_shallow(self) -> bool:
        return self._ask("rev-parse", "--is-shallow-repository") == "true"

    def _ask(self, *arguments: str) -> str | None:
        """What git prints, without its line break; None where it says no."""
        result = self._run(*arguments)
        return None if result.returncode else result.stdout.decode("utf-8", "replace").strip()

    def _run(self, *arguments: str, stdin: bytes = b"") -> subprocess.CompletedProcess[bytes]:
        try:
            return subprocess.run(
                ["git", "-C", str(self.folder), *arguments], check=False, capture_output=True, input=stdin
            )
        except OSError as error:
            raise KiwerkError("Git cannot be run", remedy="Install git, and see `kiwerk doctor`") from error


def _split_sizes(output: bytes) -> Iterator[tuple[str, int]]:
    """Ids and sizes as `git cat-file --batch-check` prints them: `id type size`; what is missing has no size."""
    for line in output.decode("ascii", "replace").splitlines():
        name, *rest = line.split(" ")
        if len(rest) == 2:  # noqa: PLR2004 - type and size
            yield name, int(rest[1])


def _split_batch(output: bytes) -> Iterator[tuple[str, bytes]]:
    """Blobs as `git cat-file --batch` prints them: `id type size`, then the bytes; what is missing has no bytes."""
    position = 0
    while position < len(output):
        end = output.index(b"\n", position)
        name, *rest = output[position:end].decode("ascii", "replace").split(" ")
        position = end + 1
        if len(rest) == 2:  # noqa: PLR2004 - type and size
            size = int(rest[1])
            yield name, output[position : position + size]
            position += size + 1
