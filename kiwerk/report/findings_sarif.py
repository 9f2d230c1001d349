"""Findings for code scanning: one SARIF log with one run.

A rule carries its whole documentation, so that it can be read where the report is shown; there is no `helpUri`, which
would have to be an absolute address.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from kiwerk.check.documentation import find_pages
from kiwerk.report.sarif import describe_place, escape_message, format_log

if TYPE_CHECKING:
    from collections.abc import Sequence

    from kiwerk.check.documentation import Page
    from kiwerk.finding import Finding, Span


def format_findings_sarif(findings: Sequence[Finding]) -> str:
    """The findings as one SARIF log, with every rule there is."""
    pages = {page.name: page for page in find_pages()}
    numbers = {name: number for number, name in enumerate(pages)}
    return format_log([_rule(page) for page in pages.values()], [_result(finding, numbers) for finding in findings])


def _rule(page: Page) -> dict[str, Any]:
    return {
        "id": page.name,
        "shortDescription": {"text": page.summary},
        "help": {"text": page.body, "markdown": page.body},
        "defaultConfiguration": {"level": page.severity.value},
    }


def _result(finding: Finding, numbers: dict[str, int]) -> dict[str, Any]:
    text = f"{finding.message}. {finding.help}" if finding.help else finding.message
    result: dict[str, Any] = {"ruleId": finding.rule}
    if finding.rule in numbers:
        result["ruleIndex"] = numbers[finding.rule]
    result |= {
        "level": finding.severity.value,
        "message": {"text": escape_message(text)},
        "locations": [_location(finding.span)],
    }
    if finding.related:
        result["relatedLocations"] = [
            {"id": number, **_location(item.span), "message": {"text": escape_message(item.message)}}
            for number, item in enumerate(finding.related)
        ]
    result["properties"] = {"blocksDeploy": finding.blocks_deploy, "documentation": finding.documentation}
    return result


def _location(span: Span) -> dict[str, Any]:
    region = {
        "startLine": span.line,
        "startColumn": span.column,
        "endLine": span.end_line,
        "endColumn": span.end_column,
    }
    return describe_place(span.path, region)
