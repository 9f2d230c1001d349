"""What `pyproject.toml` says about the rules.

    [tool.kiwerk]
    severity = {unused-tool = "ignore", overdue-review = "error"}

No file and no table mean that every rule has the severity of its documentation. `tomllib` knows no positions: the
line of a key is the last line of the shortest beginning of the file that has the key.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

from kiwerk.check.adjust import Level, find_levels, find_names
from kiwerk.finding import Finding, Severity, Span
from kiwerk.load.source import Source
from kiwerk.load.suggest import suggest

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping
    from pathlib import Path

FILE = "pyproject.toml"
MAX_BYTES = 1024 * 1024
"""Larger files are not read; the largest in the wild have a tenth of it."""

_TABLE = ("tool", "kiwerk")
_KEYS = ("severity",)
_HELP = 'Write severity = {unused-tool = "ignore"} below [tool.kiwerk]'
_PLACE = re.compile(r" \(at (?:line (\d+), column (\d+)|end of document)\)$")


@dataclass(frozen=True, slots=True)
class Configuration:
    """What a repository has decided about the rules."""

    levels: Mapping[str, Level] = field(default_factory=dict)
    """By rule; only what the rule allows."""
    findings: tuple[Finding, ...] = ()
    """What is wrong with the table; it stays unheard."""
    source: Source | None = None
    """The file, where it has findings."""


def load_configuration(root: Path) -> Configuration:
    """The configuration of a repository; without its own file the one in which nothing is decided."""
    path = root / FILE
    try:
        if not path.is_file():
            return Configuration()
        with path.open("rb") as file:
            data = file.read(MAX_BYTES + 1)
    except OSError as error:
        reason = (error.strerror or "unknown reason").lower()
        return _refused(None, f"Cannot be read: {reason}", Span(FILE, 1, 1, 1, 1), "Check its permissions")
    if len(data) > MAX_BYTES:
        return _refused(None, "The file is larger than 1 MiB", Span(FILE, 1, 1, 1, 1), "Move what is not settings out")
    return parse_configuration(data)


def parse_configuration(data: bytes) -> Configuration:
    """The configuration in the bytes of a `pyproject.toml`."""
    if b"kiwerk" not in data:
        return Configuration()
    import tomllib  # only where there is something to read

    try:
        source = Source(FILE, data.decode())
    except UnicodeDecodeError:
        return _refused(None, "The file is not UTF-8", Span(FILE, 1, 1, 1, 1), "Save it as UTF-8")
    try:
        content = tomllib.loads(source.text)
    except tomllib.TOMLDecodeError as error:
        return _broken(source, str(error))
    levels: dict[str, Level] = {}
    findings = tuple(_read(content, source, levels))
    return Configuration(levels, findings, source if findings else None)


def apply_configuration(findings: Iterable[Finding], configuration: Configuration) -> tuple[Finding, ...]:
    """The findings with the severities that were decided, without those that are ignored, and what is wrong with it."""
    kept = list(configuration.findings)
    for finding in findings:
        level = configuration.levels.get(finding.rule)
        if level is None:
            kept.append(finding)
        elif level is not Level.IGNORE:
            kept.append(replace(finding, severity=Severity(level)))
    return tuple(sorted(kept, key=lambda finding: (finding.span, finding.rule, finding.message)))


def _read(content: dict[str, Any], source: Source, levels: dict[str, Level]) -> Iterator[Finding]:
    tool = content.get("tool", {})
    table = tool.get("kiwerk", {}) if isinstance(tool, dict) else {}
    if not isinstance(table, dict):
        yield _finding(source, _TABLE, "[tool.kiwerk] is a table", _HELP)
        return
    for key in table.keys() - set(_KEYS):
        help_ = suggest(key, _KEYS) or f"Known here: {', '.join(_KEYS)}"
        yield _finding(source, (*_TABLE, key), f"Unknown key '{key}'", help_)
    severities = table.get("severity", {})
    if not isinstance(severities, dict):
        yield _finding(source, (*_TABLE, "severity"), "Expected a table of rules", _HELP)
        return
    for name, level in severities.items():
        route = (*_TABLE, "severity", name)
        problem = _find_problem(name, level)
        if problem is None:
            levels[name] = Level(level)
        else:
            yield _finding(source, route, *problem)


def _find_problem(name: str, level: object) -> tuple[str, str] | None:
    """Message and help where a rule cannot be given a level."""
    try:
        allowed, why = find_levels(name)
    except KeyError:
        names = find_names()
        return f"There is no rule '{name}'", suggest(name, names) or "docs/rules.md names them all"
    words = [item.value for item in allowed]
    if isinstance(level, str) and level in words:
        return None
    expected = " or ".join(filter(None, [", ".join(words[:-1]), words[-1]]))
    if isinstance(level, str) and level in list(Level):
        return f"'{name}' can only be {expected}: {why}", "Remove the entry, and correct what the rule finds"
    return f"Expected {expected}", f'Write {name} = "{words[0]}"'


def _broken(source: Source, message: str) -> Configuration:
    place = _PLACE.search(message)
    if place is None or place[1] is None:
        span = source.span_of(len(source.text.rstrip()), len(source.text.rstrip()))
    else:
        line, column = int(place[1]), int(place[2])
        span = Span(FILE, line, column, line, column)
    return _refused(source, f"Not TOML: {_PLACE.sub('', message)}", span, "See toml.io/en/v1.0.0")


def _refused(source: Source | None, message: str, span: Span, help_: str) -> Configuration:
    return Configuration(findings=(Finding("invalid-configuration", message, span, help=help_),), source=source)


def _finding(source: Source, route: tuple[str, ...], message: str, help_: str) -> Finding:
    return Finding("invalid-configuration", message, _find_span(source, route), help=help_)


def _find_span(source: Source, route: tuple[str, ...]) -> Span:
    """Where the last key of a route stands."""
    lines = source.text.split("\n")
    key = route[-1]
    likely = [number for number, line in enumerate(lines, 1) if key in line]
    for number in (*likely, *range(1, len(lines) + 1)):
        if _has(lines[:number], route):
            column = lines[number - 1].rfind(key) + 1
            width = len(key) if column else len(lines[number - 1].rstrip())
            return Span(FILE, number, max(column, 1), number, max(column, 1) + width)
    return Span(FILE, 1, 1, 1, 1)


def _has(lines: list[str], route: tuple[str, ...]) -> bool:
    """Whether the beginning of a file is TOML and has a key."""
    import tomllib

    try:
        part: Any = tomllib.loads("\n".join(lines))
    except tomllib.TOMLDecodeError:
        return False
    for key in route:
        if not isinstance(part, dict) or key not in part:
            return False
        part = part[key]
    return True
