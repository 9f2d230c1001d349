"""What a change lets agents do and no longer shows, as annotations of a pull request.

GitHub shows ten of each kind and step: where there are more, the tenth says how many.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from kiwerk.report.comparison_remarks import find_remarks
from kiwerk.report.findings_github import format_command

if TYPE_CHECKING:
    from kiwerk.record.comparison import Comparison
    from kiwerk.report.comparison_remarks import Level, Remark

MOST = 10
"""Annotations of a kind that GitHub shows of one step."""
_COMMANDS: dict[Level, str] = {"error": "error", "warning": "warning", "note": "notice"}


def format_comparison_github(comparison: Comparison) -> str:
    """One command a line, changed lines first; nothing at all without remarks."""
    remarks = find_remarks(comparison)
    lines = []
    for level, command in _COMMANDS.items():
        found = [remark for remark in remarks if remark.level == level]
        shown = found if len(found) <= MOST else found[: MOST - 1]
        lines += [_line(command, remark) for remark in shown]
        if len(found) > len(shown):
            lines.append(format_command(command, {"title": "kiwerk diff"}, f"{len(found) - len(shown)} more"))
    return "".join(f"{line}\n" for line in lines)


def _line(command: str, remark: Remark) -> str:
    properties: dict[str, str | int] = {}
    if remark.place is not None:
        properties = {"file": remark.place.path, "line": 1 if remark.is_gone else remark.place.line}
    return format_command(command, properties | {"title": remark.rule}, remark.message)
