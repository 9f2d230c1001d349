"""One YAML file: its data, and where each part of it stands."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from typing import TYPE_CHECKING

from kiwerk.finding import Finding
from kiwerk.load.content import Route, construct_content
from kiwerk.load.file import MAX_BYTES, find_too_large, load_bytes
from kiwerk.load.misread import find_misread
from kiwerk.load.places import Places, Style
from kiwerk.load.source import decode_source

if TYPE_CHECKING:
    from pathlib import Path

    from kiwerk.finding import Span
    from kiwerk.load.source import Source

__all__ = ["MAX_BYTES", "Document", "Parsed", "load_document", "parse_document"]


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
    data = load_bytes(path, shown_path)
    return Parsed(None, (data,)) if isinstance(data, Finding) else parse_document(data, shown_path)


def parse_document(data: bytes, shown_path: str) -> Parsed:
    """The document in a file's bytes, with what is wrong in it."""
    if len(data) > MAX_BYTES:
        return Parsed(None, (find_too_large(shown_path, len(data)),))
    source, findings = decode_source(data, shown_path)
    if source is None:
        return Parsed(None, findings)
    if misread := tuple(find_misread(source)):
        return Parsed(None, tuple(sorted(findings + misread, key=lambda finding: finding.span)), source)
    content = construct_content(source)
    findings = tuple(sorted(findings + content.findings, key=lambda finding: finding.span))
    if not content.usable:
        return Parsed(None, findings, source)
    digest = hashlib.sha256(data).hexdigest()
    document = Document(shown_path, source.text, digest, content.data, content.lossy, Places(source))
    return Parsed(document, findings, source)
