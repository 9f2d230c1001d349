"""A folder that holds releases; the symbolic link `current` leads to one of them.

```
releases/<digest>/        immutable: written aside read-only, synced, renamed into place
current -> releases/…     replaced as a whole by rename(2)
history.jsonl             what happened (see `journal`)
.lock                     held by the one deploy that may write
```

Whoever uses the folder opens `current/` once and reads from there: a switch in between changes nothing for them.
"""

from __future__ import annotations

import errno
import fcntl
import os
import re
import secrets
import shutil
import string
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from kiwerk.deploy.files import TEMPORARY, read_bounded, reporting_trouble, sync_folder, write_durably
from kiwerk.deploy.names import check_digest
from kiwerk.deploy.release import Installed, Package, digest_release, format_package, parse_package
from kiwerk.deploy.targets.journal import heal_journal, read_journal, write_intent
from kiwerk.errors import KiwerkError, Refused
from kiwerk.language.phrase import join_names
from kiwerk.spec.base import SEGMENT

if TYPE_CHECKING:
    from collections.abc import Iterator

    from kiwerk.record import Deployment

CURRENT = "current"
RELEASES = "releases"

READ_ONLY = 0o444
"""Mode of a release's files. Folders stay writable: `git clean` and `rm -r` stop at one that is not."""


def open_directory(setting: str, company: str, root: Path) -> DirectoryTarget:
    """The folder of a company; a relative path counts from the repository's root."""
    return DirectoryTarget(root / setting.format(company=company))


def find_directories(setting: str, root: Path) -> tuple[str, ...]:
    """The companies that have something current below the folder that the companies share.

    Raises:
        KiwerkError: it cannot be read.
    """
    parts = Path(setting).parts
    depth = next(number for number, part in enumerate(parts) if "{" in part.replace("{{", ""))
    parent = root.joinpath(*(part.format() for part in parts[:depth]))
    with reporting_trouble(parent):
        names = sorted(os.listdir(parent)) if parent.is_dir() else []  # noqa: PTH208  # names, not paths
    found = (match[1] for name in names if (match := re.fullmatch(_pattern(parts[depth]), name)))
    return tuple(company for company in found if os.path.lexists(root / setting.format(company=company) / CURRENT))


def _pattern(part: str) -> str:
    """A regular expression for the names that a part of the path can have, with the company as its first group."""
    pieces = []
    for literal, name, _, _ in string.Formatter().parse(part):
        pieces.append(re.escape(literal))
        if name is not None:
            pieces.append(rf"({SEGMENT})" if not any("(" in piece for piece in pieces[:-1]) else r"\1")
    return "".join(pieces)


@dataclass(frozen=True, slots=True)
class DirectoryTarget:
    """A target that is a folder on this machine; see `Target` for what each method promises."""

    folder: Path

    @contextmanager
    def exclusive(self) -> Iterator[None]:
        """Holds the folder's lock, which the system takes back from a process that dies."""
        with reporting_trouble(self.folder, "Make the folder writable, or name another in the environment"):
            self._releases.mkdir(parents=True, exist_ok=True)
            descriptor = os.open(self.folder / ".lock", os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o644)
        try:
            try:
                fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                raise KiwerkError(
                    "Another deploy to this folder is under way", path=self.folder, remedy="Try again when it is done"
                ) from None
            with reporting_trouble(self.folder):
                self._heal()
            yield
        finally:
            os.close(descriptor)

    def receive(self, package: Package) -> None:
        """Writes the release to a folder of its own."""
        digest = digest_release(package.release)
        with reporting_trouble(self._releases, "Make the folder writable, and look at the free space"):
            if not os.path.lexists(self._releases / digest):
                self._write(digest, format_package(package))
        _refuse_differences(self._read(digest), self._releases / digest)

    def switch(self, deployment: Deployment) -> None:
        """Replaces the link, between writing down the intent and writing down the deed."""
        digest = check_digest(deployment.release)
        with reporting_trouble(self.folder):
            if not (self._releases / digest).is_dir():
                raise KiwerkError("There is no such release", path=self._releases / digest)
            write_intent(self.folder, deployment)
            temporary = self.folder / f"{TEMPORARY}{secrets.token_hex(8)}"
            os.symlink(f"{RELEASES}/{digest}", temporary)  # noqa: PTH211  # the tests kill at each call of `os`
            os.replace(temporary, self.folder / CURRENT)  # noqa: PTH105  # the same
            sync_folder(self.folder)
            heal_journal(self.folder, self._current())

    def read_back(self, release: str | None = None) -> Installed | None:
        """Reads every file of the release."""
        digest = self._current() if release is None else check_digest(release)
        return None if digest is None else self._read(digest)

    def history(self) -> tuple[Deployment, ...]:
        """Reads the journal by the light of the link."""
        with reporting_trouble(self.folder):
            return read_journal(self.folder, self._current())

    @property
    def _releases(self) -> Path:
        return self.folder / RELEASES

    def _current(self) -> str | None:
        """Digest that the link names.

        Raises:
            Refused: there is something else by that name.
        """
        path = self.folder / CURRENT
        with reporting_trouble(path):
            try:
                link = os.readlink(path)  # noqa: PTH115  # the text, not a path
            except FileNotFoundError:
                return None
            except OSError as error:
                if error.errno != errno.EINVAL:  # it is no link
                    raise
                link = ""
        folder, _, digest = link.partition("/")
        try:
            if folder == RELEASES:
                return check_digest(digest)
        except KiwerkError:
            pass
        raise Refused(
            "This is not a link to a release that kiwerk deployed",
            path=path,
            remedy="Find out who put it there, take it away and deploy again",
        )

    def _read(self, digest: str) -> Installed:
        place = self._releases / digest
        if not place.is_dir() or place.is_symlink():
            return Installed(digest, None, {}, {}, (f"{RELEASES}/{digest} is missing",), missing=True)
        with reporting_trouble(place):
            files, odd = _read_tree(place)
        found = parse_package(digest, files)
        return replace(found, differences=(*found.differences, *odd))

    def _write(self, digest: str, files: dict[str, bytes]) -> None:
        incoming = self._releases / f"{TEMPORARY}{secrets.token_hex(8)}"
        os.mkdir(incoming)  # noqa: PTH102  # the tests kill at each call of `os`
        for path, data in files.items():
            (incoming / path).parent.mkdir(exist_ok=True)
            write_durably(incoming / path, data, READ_ONLY)
        for folder in {(incoming / path).parent for path in files} | {incoming}:
            sync_folder(folder)
        os.rename(incoming, self._releases / digest)  # noqa: PTH104  # the same
        sync_folder(self._releases)

    def _heal(self) -> None:
        """Takes away what a killed deploy left behind; the lock says that no other is at work."""
        for place in (*self.folder.glob(f"{TEMPORARY}*"), *self._releases.glob(f"{TEMPORARY}*")):
            if place.is_dir() and not place.is_symlink():
                shutil.rmtree(place)
            else:
                place.unlink()
        heal_journal(self.folder, self._current())


def _refuse_differences(installed: Installed, place: Path) -> None:
    if installed.differences:
        raise Refused(
            f"A release by this digest is already there and differs: {join_names(installed.differences)}",
            path=place,
            remedy="Find out who changed it, move the folder away and deploy again",
        )


def _read_tree(place: Path) -> tuple[dict[str, bytes], list[str]]:
    """Files by path, and a sentence for everything that is not a readable file of sensible size."""
    files: dict[str, bytes] = {}
    odd: list[str] = []
    for folder, folders, names in os.walk(place):
        for path in (Path(folder, name) for name in (*folders, *names)):
            # A name may be no text at all, and the sentence goes to a terminal.
            shown = repr(path.relative_to(place).as_posix())[1:-1]
            if path.is_symlink():
                odd.append(f"{shown} is a link")
            elif path.name in names:
                try:
                    files[shown] = read_bounded(path)
                except ValueError as error:
                    odd.append(f"{shown} {error}")
    return files, odd
