"""Findings as annotations of a pull request: GitHub's workflow commands.

    ::error file=PATH,line=N,col=N,endLine=N,endColumn=N,title=RULE::MESSAGE

Specification: docs.github.com, "Workflow commands for GitHub Actions"; what is escaped and how: `command.ts` of
actions/toolkit. GitHub shows the first ten of each severity in a step, and keeps the rest in the log.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from kiwerk.finding import Severity

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from kiwerk.finding import Finding

_COMMANDS = {Severity.ERROR: "error", Severity.WARNING: "warning"}
_DATA = str.maketrans({"%": "%25", "\r": "%0D", "\n": "%0A"})
_PROPERTY = str.maketrans({"%": "%25", "\r": "%0D", "\n": "%0A", ":": "%3A", ",": "%2C"})


def format_findings_github(findings: Sequence[Finding]) -> str:
    """One command a line; nothing at all without findings."""
    return "".join(f"{_command(finding)}\n" for finding in findings)


def _command(finding: Finding) -> str:
    span = finding.span
    properties: dict[str, str | int] = {"file": span.path, "line": span.line, "endLine": span.end_line}
    if span.end_line == span.line:
        # of a stretch over several lines GitHub accepts no columns
        properties |= {"col": span.column, "endColumn": span.end_column}
    properties["title"] = finding.rule
    return format_command(_COMMANDS[finding.severity], properties, _message(finding))


def format_command(name: str, properties: Mapping[str, str | int], message: str) -> str:
    """One workflow command, whatever stands in its values."""
    written = ",".join(f"{key}={str(value).translate(_PROPERTY)}" for key, value in properties.items())
    return f"::{name} {written}::{message.translate(_DATA)}"


def _message(finding: Finding) -> str:
    related = [f"{item.span.path}:{item.span.line}: {item.message}" for item in finding.related]
    help_ = [f"help: {finding.help}"] if finding.help else []
    return "\n".join([finding.message, *related, *help_, finding.documentation])
