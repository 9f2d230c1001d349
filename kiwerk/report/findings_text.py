"""Findings for people: each with its line of the file underlined, what explains it, and what to do.

error[unknown-key] Unknown key 'expects'
  --> evals/praxis-weber/empfang.yaml:12:5
   |
12 |     expects: [{contains: Termin}]
   |     ^^^^^^^
   = help: Did you mean 'expect'?
   = docs: docs/rules.md#unknown-key
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

from kiwerk.finding import Severity
from kiwerk.language.phrase import count
from kiwerk.report.cells import show_text
from kiwerk.report.excerpt import cut_excerpt

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from kiwerk.finding import Finding, Span

_BOLD, _DIM, _RED, _YELLOW, _BLUE = "1", "2", "1;31", "1;33", "1;34"
_COLOURS = {Severity.ERROR: _RED, Severity.WARNING: _YELLOW}


class Source(Protocol):
    """A file that excerpts are taken from."""

    @property
    def text(self) -> str:
        """What it says; lines end with LF or CRLF."""
        ...


def format_findings_text(findings: Sequence[Finding], sources: Mapping[str, Source], *, colour: bool = False) -> str:
    """The findings one below the other, and a line that counts them.

    Args:
        findings: in the order in which they are shown.
        sources: the files that were read, by path as findings name them; of others no line is shown.
        colour: whether to use the codes with which terminals change colours.
    """
    page = _Page(sources, colour=colour)
    parts = ["\n".join(page.finding(finding)) for finding in findings]
    return "\n\n".join([*parts, page.paint(_BOLD, count_findings(findings, sources))]) + "\n"


def count_findings(findings: Sequence[Finding], sources: Mapping[str, Source]) -> str:
    """How many findings of which severity there are, in how many files: `2 errors, 1 warning in 31 files`."""
    files = len(sources.keys() | {finding.span.path for finding in findings})
    place = f"in {count(files, 'file')}"
    counts = [
        count(number, severity)
        for severity in Severity
        if (number := sum(finding.severity is severity for finding in findings))
    ]
    return f"{', '.join(counts) or 'No findings'} {place}"


class _Page:
    """Draws findings; keeps the lines of the files that it has shown."""

    def __init__(self, sources: Mapping[str, Source], *, colour: bool) -> None:
        self._sources = sources
        self._colour = colour
        self._lines: dict[str, list[str]] = {}

    def paint(self, code: str, text: str) -> str:
        """The text in a colour, where colours are wanted."""
        return f"\x1b[{code}m{text}\x1b[0m" if self._colour and text else text

    def finding(self, finding: Finding) -> Iterator[str]:
        """The lines of one finding."""
        colour = _COLOURS[finding.severity]
        width = max(len(str(span.line)) for span in (finding.span, *(item.span for item in finding.related)))
        yield (
            self.paint(colour, f"{finding.severity}[{finding.rule}]")
            + " "
            + self.paint(_BOLD, show_text(finding.message))
        )
        yield from self._place("-->", finding.span, "^", colour, width)
        for item in finding.related:
            yield self._gutter("", width)
            yield from self._place(":::", item.span, "-", _BLUE, width, item.message)
        notes = [("help", finding.help), ("docs", finding.documentation)]
        if finding.blocks_deploy:
            notes.insert(1, ("note", "gate and deploy refuse this"))
        for name, note in notes:
            if note:
                yield f"{' ' * width} {self.paint(_BLUE, '=')} {self.paint(_BOLD, name)}: {show_text(note)}"

    def _place(self, arrow: str, span: Span, mark: str, colour: str, width: int, label: str = "") -> Iterator[str]:
        """Where a span is, and its first line underlined."""
        label = show_text(label)
        line = self._line(span)
        place = f"{show_text(span.path)}:{span.line}:{span.column}"
        yield f"{' ' * width}{self.paint(_BLUE, arrow)} {place}{f' {label}' if label and line is None else ''}"
        if line is None:
            return
        excerpt = cut_excerpt(line, span)
        onward = f" and on to line {span.end_line}" if span.end_line > span.line else ""
        notes = f"{onward}{f' {label}' if label else ''}"
        yield self._gutter("", width)
        yield f"{self._gutter(str(span.line), width)} {excerpt.line}".rstrip()
        yield f"{self._gutter('', width)} {' ' * excerpt.indent}{self.paint(colour, mark * excerpt.length + notes)}"

    def _gutter(self, number: str, width: int) -> str:
        return self.paint(_BLUE, f"{number:>{width}} |")

    def _line(self, span: Span) -> str | None:
        """The first line of a span, or None where its file was not read."""
        source = self._sources.get(span.path)
        if source is None:
            return None
        if span.path not in self._lines:
            self._lines[span.path] = source.text.split("\n")
        lines = self._lines[span.path]
        return lines[span.line - 1].rstrip("\r") if 0 < span.line <= len(lines) else None
