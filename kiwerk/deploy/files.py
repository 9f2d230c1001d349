"""Files that survive a crash: written whole or not at all, read up to a bound, trouble in the house's shape."""

from __future__ import annotations

import errno
import os
import secrets
import stat
from contextlib import contextmanager
from typing import TYPE_CHECKING

from kiwerk.errors import KiwerkError

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

MAX_BYTES = 16 * 1024 * 1024
"""Largest file read: evidence with 20,000 samples; more is an accident or an attack."""

_IN_THE_WAY = (errno.ENOTDIR, errno.EISDIR, errno.EEXIST)
_REMEDIES = {
    **dict.fromkeys(_IN_THE_WAY, "Something else is in the place of a file or folder of kiwerk's: move it away"),
    **dict.fromkeys((errno.EACCES, errno.EPERM, errno.EROFS), "Give this user the right to read and write there"),
    **dict.fromkeys((errno.ENOSPC, errno.EDQUOT), "Make room on the disk"),
    errno.ELOOP: "Remove the links that lead to each other",
}
"""What to do about trouble with files, where whoever meets it knows nothing better."""

TEMPORARY = ".tmp-"
"""How the names of files begin that are not complete yet."""


def write_atomically(path: Path, data: bytes) -> None:
    """Puts the file there, complete and durable, or leaves what was there before.

    Raises:
        OSError: it cannot be written.
    """
    temporary = path.parent / f"{TEMPORARY}{secrets.token_hex(8)}"
    try:
        write_durably(temporary, data)
        os.replace(temporary, path)  # noqa: PTH105  # the tests kill the process at each call of `os`
    except BaseException:
        temporary.unlink(missing_ok=True)
        raise
    sync_folder(path.parent)


def write_durably(path: Path, data: bytes, mode: int = 0o644) -> None:
    """Writes a new file that is on the disk when this returns; its name is, once the folder is synced.

    Raises:
        OSError: it exists, or cannot be written.
    """
    with path.open("xb") as file:
        file.write(data)
        file.flush()
        os.fchmod(file.fileno(), mode)
        os.fsync(file.fileno())


def sync_folder(folder: Path) -> None:
    """Makes the names in a folder durable: a rename is on the disk only when its folder is (POSIX)."""
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def read_bounded(path: Path) -> bytes:
    """Content of a regular file.

    Raises:
        OSError: it cannot be read.
        ValueError: it is no regular file or larger than `MAX_BYTES`; the message completes "The file ...".
    """
    # Without O_NONBLOCK, opening a pipe that nobody writes to would wait for ever.
    descriptor = os.open(path, os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC)
    # A file object cannot be made of a folder, and closes what it is made of.
    if not stat.S_ISREG(os.fstat(descriptor).st_mode):
        os.close(descriptor)
        raise ValueError("is not a regular file")
    with os.fdopen(descriptor, "rb") as file:
        data = file.read(MAX_BYTES + 1)
    if len(data) > MAX_BYTES:
        raise ValueError(f"is larger than {MAX_BYTES // 1024**2} MiB")
    return data


@contextmanager
def reporting_trouble(path: Path, remedy: str | None = None) -> Iterator[None]:
    """Makes an `OSError` inside a `KiwerkError` that names the path.

    Raises:
        KiwerkError: an `OSError` was raised inside.
    """
    try:
        yield
    except OSError as error:
        place = error.filename if isinstance(error.filename, str | os.PathLike) else path
        known = _REMEDIES.get(error.errno or 0)
        advice = known if remedy is None or error.errno in _IN_THE_WAY else remedy
        raise KiwerkError(error.strerror or str(error), path=place, remedy=advice) from error
