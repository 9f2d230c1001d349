"""From the bytes of a file to text that libyaml, editors and our positions count alike.

What does not belong into the text becomes a finding, and U+FFFD in its place: one odd byte hides no other finding.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, Protocol

from yaml.cyaml import CParser  # type: ignore[attr-defined] # left out of the published types

from kiwerk.finding import Finding, Span

if TYPE_CHECKING:
    from collections.abc import Callable

# Everything that is not "printable" in YAML 1.2, and the separators U+0085, U+2028 and U+2029: libyaml ends a line at
# them, YAML 1.2 and editors do not.
UNFIT_CHARACTER = re.compile(
    "[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u2028\u2029\ufeff\ufffe\uffff\U0001fffe\U0001ffff\U0010fffe\U0010ffff]"
)
_UNFIT_IN_FILE = re.compile(UNFIT_CHARACTER.pattern + r"|\r(?!\n)")
_FIT_BYTES = b"\t\n" + bytes(range(0x20, 0x7F))
_SEPARATORS = "\x85\u2028\u2029"
_UTF8_BOM = b"\xef\xbb\xbf"
_UTF16_BOMS = (b"\xff\xfe", b"\xfe\xff")
_REPLACEMENT = "\ufffd"


class Mark(Protocol):
    """A position as libyaml states it, all counts 0-based and in characters."""

    index: int
    line: int
    column: int


@dataclass(frozen=True, slots=True)
class Source:
    """The text of one file."""

    path: str
    """POSIX path from the repository's root."""
    text: str
    """Without a byte order mark; lines end with LF or CRLF."""

    def read_events(self) -> Callable[[], Any]:
        """Reader of libyaml's events, one a call; it raises `MarkedYAMLError` where the text is not YAML."""
        reader: Callable[[], Any] = CParser(self.text).get_event
        return reader

    def span(self, start: Mark, end: Mark) -> Span:
        """The stretch between two marks of libyaml."""
        return Span(self.path, *self.place(start), *self.place(end))

    def place(self, mark: Mark) -> tuple[int, int]:
        """Line and column of a mark, 1-based."""
        # Where no line break ends the file, libyaml's last mark is a line too far.
        return (mark.line + 1, mark.column + 1) if mark.index < len(self.text) else self._place(len(self.text))

    def span_of(self, start: int, end: int) -> Span:
        """The stretch between two indexes into the text."""
        return Span(self.path, *self._place(start), *self._place(end))

    def _place(self, index: int) -> tuple[int, int]:
        return self.text.count("\n", 0, index) + 1, index - self.text.rfind("\n", 0, index)


def decode_source(data: bytes, path: str) -> tuple[Source | None, tuple[Finding, ...]]:
    """Text of a file, or None where its bytes are no UTF-8 text at all; with what is wrong in them."""
    if data.startswith(_UTF16_BOMS) or (len(data) > 1 and (data[0] == 0) is not (data[1] == 0)):
        return None, (_finding(Source(path, "").span_of(0, 0), "The file is UTF-16, not UTF-8", "Save it as UTF-8"),)
    findings = []
    if data.startswith(_UTF8_BOM):
        data = data.removeprefix(_UTF8_BOM)
        bom = _finding(Span(path, 1, 1, 1, 1), "The file begins with a byte order mark", "Save it as UTF-8 without BOM")
        findings.append(replace(bom, fix=""))
    try:
        text = data.decode()
    except UnicodeDecodeError as error:
        text = data.decode(errors="replace")
        start = len(data[: error.start].decode())
        span = Source(path, text).span_of(start, start + 1)
        findings.append(_not_utf8(span, data[error.start]))
    # Most of a file is plain, and going through it in bytes takes a tenth of the time.
    unsure = data.translate(None, _FIT_BYTES)
    if not unsure or (b"\r" not in unsure and UNFIT_CHARACTER.search(unsure.decode(errors="replace")) is None):
        return Source(path, text), tuple(findings)
    source = Source(path, _UNFIT_IN_FILE.sub(lambda match: "\n" if match[0] == "\r" else _REPLACEMENT, text))
    # The first of each kind: a binary file has a million.
    first: dict[str, int] = {}
    for match in _UNFIT_IN_FILE.finditer(text):
        first.setdefault(match[0], match.start())
    findings += [_unfit(source.span_of(index, index + 1), character) for character, index in first.items()]
    return source, tuple(findings)


def describe_character(character: str) -> str:
    """Name of a character that cannot be shown."""
    if character in _SEPARATORS:
        return f"Invisible line separator U+{ord(character):04X}"
    if character == "\ufeff":
        return "Byte order mark U+FEFF"
    return f"Control character U+{ord(character):04X}"


def _not_utf8(span: Span, byte: int) -> Finding:
    meant = bytes([byte]).decode("cp1252", errors="replace")
    reading = f"; in Windows-1252 this byte is '{meant}'" if meant.isprintable() and meant != _REPLACEMENT else ""
    return _finding(span, f"Byte 0x{byte:02X} is not UTF-8", f"Save the file as UTF-8{reading}")


def _unfit(span: Span, character: str) -> Finding:
    if character == "\r":
        return _finding(span, "Carriage return without a line feed", "End lines with LF or CRLF")
    if character in _SEPARATORS:
        return _finding(span, describe_character(character), "Replace it by an ordinary line break")
    return _finding(span, describe_character(character), "Remove it; it often comes with copied text")


def _finding(span: Span, message: str, help_: str) -> Finding:
    return Finding("file-encoding", message, span, help=help_)
