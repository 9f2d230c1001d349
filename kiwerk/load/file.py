"""The bytes of one document's file, or why they are not read."""

from __future__ import annotations

import hashlib
import stat
from typing import TYPE_CHECKING

from kiwerk.finding import Finding, Span

if TYPE_CHECKING:
    from pathlib import Path

MAX_BYTES = 2 * 1024 * 1024
"""About 20,000 lines of cases; with `MAX_VALUES` it keeps the worst file below 200 MiB (decision 0003)."""


class Fingerprint:
    """Digest of all that was read of some files, in order: what it does not change for, no answer changes for."""

    def __init__(self) -> None:
        self._hash = hashlib.sha256()

    def add(self, shown_path: str, content: bytes | Finding) -> None:
        """Take in a file by the path that findings name it by, or what is said in its place."""
        data = content if isinstance(content, bytes) else repr(content).encode("utf-8", "backslashreplace")
        kind = "read" if isinstance(content, bytes) else "unread"
        name = shown_path.encode("utf-8", "backslashreplace")
        self._hash.update(b"%d %d %s\n%s\n" % (len(name), len(data), kind.encode(), name))
        self._hash.update(data)

    def hexdigest(self) -> str:
        """SHA-256 in hexadecimal."""
        return self._hash.hexdigest()


def load_bytes(path: Path, shown_path: str) -> bytes | Finding:
    """What is in a file; `shown_path` is how findings name it."""
    try:
        status = path.stat()
        if not stat.S_ISREG(status.st_mode):
            # Reading a pipe would wait for a writer.
            return _refused("not-a-file", "Not a regular file", shown_path, "Put a file in its place")
        if status.st_size > MAX_BYTES:
            return find_too_large(shown_path, status.st_size)
        with path.open("rb") as file:
            data = file.read(status.st_size + 1)
            if len(data) > status.st_size:
                # it has grown meanwhile; asking for the most there may be would cost its memory for every file
                data += file.read(MAX_BYTES + 1 - len(data))
    except OSError as error:
        reason = (error.strerror or "unknown reason").lower()
        return _refused("unreadable-file", f"Cannot be read: {reason}", shown_path, "Check its permissions")
    return find_too_large(shown_path, len(data)) if len(data) > MAX_BYTES else data


def find_too_large(shown_path: str, size: int) -> Finding:
    """What is said of a file that is larger than `MAX_BYTES`."""
    mib = 1024 * 1024
    message = f"The file has {size / mib:.1f} MiB, more than {MAX_BYTES // mib} MiB"
    return _refused("file-too-large", message, shown_path, "Split it, such as a suite into several suites")


def _refused(rule: str, message: str, shown_path: str, help_: str) -> Finding:
    return Finding(rule, message, Span(shown_path, 1, 1, 1, 1), help=help_)
