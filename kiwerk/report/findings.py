"""Findings in the form asked for."""

from __future__ import annotations

from typing import TYPE_CHECKING

from kiwerk.report.findings_github import format_findings_github
from kiwerk.report.findings_json import format_findings_json
from kiwerk.report.findings_sarif import format_findings_sarif
from kiwerk.report.findings_text import format_findings_text
from kiwerk.report.hide import hide_secrets

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from kiwerk.finding import Finding
    from kiwerk.report.findings_text import Source

FINDING_STYLES = ("text", "json", "github", "sarif")
"""What findings can be formatted as."""


def format_findings(
    findings: Sequence[Finding], sources: Mapping[str, Source], style: str, *, colour: bool = False
) -> str:
    """The findings in one of `FINDING_STYLES`; colours are for text alone.

    Raises:
        ValueError: there is no such style.
    """
    findings = hide_secrets(findings)
    match style:
        case "text":
            return format_findings_text(findings, sources, colour=colour)
        case "json":
            return format_findings_json(findings, sources)
        case "github":
            return format_findings_github(findings)
        case "sarif":
            return format_findings_sarif(findings)
    raise ValueError(f"There is no style '{style}' for findings")
