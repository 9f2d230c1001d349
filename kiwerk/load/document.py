"""One YAML file: its data, and where each part of it stands."""

from __future__ import annotations

import hashlib
import stat
from dataclasses import dataclass
from typing import TYPE_CHECKING

from kiwerk.finding import Finding, Span
from kiwerk.load.content import Route, construct_content
from kiwerk.load.places import Places, Style
from kiwerk.load.source import decode_source

if TYPE_CHECKING:
    from pathlib import Path

    from kiwerk.load.source import Source

MAX_BYTES = 2 * 1024 * 1024
"""About 20,000 lines of cases; with `MAX_VALUES` it keeps the worst file below 200 MiB (decision 0003)."""


# Equality would compare whole documents; each is read once and is itself.
@dataclass(frozen=True, slots=True, eq=False)
class Document:
    """A file that could be read, maybe with findings."""

    path: str
    """POSIX path from the repository's root, as findings show it."""
    text: str
    """What it says, for excerpts: lines end with LF or CRLF; U+FFFD stands for what does not belong into a text."""
    digest: str
    """SHA-256 of the file's bytes, in hexadecimal."""
    data: object
    """Dicts with text as keys, lists, text, numbers, booleans and None. Aliases share what they stand for."""
    lossy: tuple[tuple[Route, str], ...]
    """Numbers whose text does not come back when they are written (`1.10`, `0123`, `1e3`): route and text."""
    places: Places

    def span(self, route: Route, *, key: bool = False) -> Span:
        """Where the value at a route stands, or with `key` the key that leads to it.

        Parts of the route that the document lacks are skipped, so that what is missing is shown at its parent.
        """
        return self.places.span(route, key=key)

    def style(self, route: Route) -> Style | None:
        """How the value at a route is written; None for a list or mapping."""
        return self.places.style(route)

    def template_line(self, route: Route, line: int) -> int:
        """The file's line in which a line of the text at a route is written; both 1-based."""
        return self.places.template_line(route, line)


@dataclass(frozen=True, slots=True)
class Parsed:
    """What became of one file."""

    document: Document | None
    """None where it could not be read as a whole."""
    findings: tuple[Finding, ...]
    """Sorted by place."""
    source: Source | None = None
    """The text, for excerpts; None where the file is no text or was not read."""


def load_document(path: Path, shown_path: str) -> Parsed:
    """The document in a file, with what is wrong in it; `shown_path` is how findings name the file."""
    try:
        status = path.stat()
        if not stat.S_ISREG(status.st_mode):
            # Reading a pipe would wait for a writer.
            return _refused("not-a-file", "Not a regular file", shown_path, "Put a file in its place")
        if status.st_size > MAX_BYTES:
            return _too_large(shown_path, status.st_size)
        with path.open("rb") as file:
            data = file.read(MAX_BYTES + 1)
    except OSError as error:
        reason = (error.strerror or "unknown reason").lower()
        return _refused("unreadable-file", f"Cannot be read: {reason}", shown_path, "Check its permissions")
    return parse_document(data, shown_path)


def parse_document(data: bytes, shown_path: str) -> Parsed:
    """The document in a file's bytes, with what is wrong in it."""
    if len(data) > MAX_BYTES:
        return _too_large(shown_path, len(data))
    source, findings = decode_source(data, shown_path)
    if source is None:
        return Parsed(None, findings)
    content = construct_content(source)
    findings = tuple(sorted(findings + content.findings, key=lambda finding: finding.span))
    if not content.usable:
        return Parsed(None, findings, source)
    digest = hashlib.sha256(data).hexdigest()
    document = Document(shown_path, source.text, digest, content.data, content.lossy, Places(source))
    return Parsed(document, findings, source)


def _too_large(shown_path: str, size: int) -> Parsed:
    mib = 1024 * 1024
    message = f"The file has {size / mib:.1f} MiB, more than {MAX_BYTES // mib} MiB"
    return _refused("file-too-large", message, shown_path, "Split it, such as a suite into several suites")


def _refused(rule: str, message: str, shown_path: str, help_: str) -> Parsed:
    return Parsed(None, (Finding(rule, message, Span(shown_path, 1, 1, 1, 1), help=help_),))
