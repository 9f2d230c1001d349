"""What `kiwerk fmt` did, for people and for programs, and differences of texts."""

from __future__ import annotations

import difflib
import json
from dataclasses import asdict
from typing import TYPE_CHECKING, Protocol

from kiwerk.language.phrase import count
from kiwerk.report.cells import show_text
from kiwerk.report.findings_json import describe_finding

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from kiwerk.finding import Finding, Span

VERSION = 1


class LeftAlone(Protocol):
    """Something that is not canonical and was left as it is."""

    @property
    def span(self) -> Span:
        """Where."""
        ...

    @property
    def reason(self) -> str:
        """Why, without a full stop."""
        ...


class Change(Protocol):
    """A file that is not canonical."""

    @property
    def before(self) -> str:
        """Its text."""
        ...

    @property
    def after(self) -> str:
        """What it should be."""
        ...


class Report(Protocol):
    """What became of the files."""

    @property
    def files(self) -> int:
        """Number of files that were looked at."""
        ...

    @property
    def changed(self) -> Mapping[str, Change]:
        """By path."""
        ...

    @property
    def left(self) -> Sequence[LeftAlone]:
        """What could not be mended safely."""
        ...

    @property
    def findings(self) -> Sequence[Finding]:
        """Why files could not be read."""
        ...


def format_fmt_text(report: Report, *, check: bool, diff: bool) -> str:
    """A line for each file that is not canonical, or its difference, and a line that counts them."""
    lines = []
    for path, change in report.changed.items():
        if diff:
            lines.append(format_diff(change.before, change.after, path).rstrip("\n"))
        else:
            lines.append(f"{'would format' if check else 'formatted'} {show_text(path)}")
    lines += [f"left as it is: {_place(item.span)}: {show_text(item.reason)}" for item in report.left]
    lines += [f"cannot be read: {_place(item.span)}: {show_text(item.message)}" for item in report.findings]
    unread = len({item.span.path for item in report.findings})
    files = count(report.files, "file")
    said = f"{len(report.changed)} of {files} {'would be ' if check else ''}formatted"
    lines.append(f"{said}{f', {unread} could not be read: run `kiwerk check`' if unread else ''}")
    return "\n".join(lines) + "\n"


def format_fmt_json(report: Report) -> str:
    """The same as one JSON object."""
    body = {
        "version": VERSION,
        "files": report.files,
        "changed": list(report.changed),
        "left": [{"span": asdict(item.span), "reason": item.reason} for item in report.left],
        "findings": [describe_finding(finding) for finding in report.findings],
    }
    return json.dumps(body, ensure_ascii=False, indent=2) + "\n"


def format_diff(before: str, after: str, path: str, new_path: str | None = None) -> str:
    """The difference of two texts as a unified diff, such as `patch` reads."""
    old, new = before.splitlines(keepends=True), after.splitlines(keepends=True)
    lines = difflib.unified_diff(old, new, f"a/{path}", f"b/{new_path or path}")
    return "".join(line if line.endswith("\n") else f"{line}\n\\ No newline at end of file\n" for line in lines)


def _place(span: Span) -> str:
    return f"{show_text(span.path)}:{span.line}:{span.column}"
