"""Findings for code scanning: one SARIF log with one run.

Specification: OASIS, "Static Analysis Results Interchange Format (SARIF) Version 2.1.0". Columns are counted in
Unicode code points, as everywhere in kiwerk, and `columnKind` says so. Paths are relative to `%SRCROOT%`, the
repository's root, and nothing says where that is on this machine. A rule carries its whole documentation, so that it
can be read where the report is shown; there is no `helpUri`, which would have to be an absolute address.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

from kiwerk import __version__
from kiwerk.check.documentation import find_pages

if TYPE_CHECKING:
    from collections.abc import Sequence

    from kiwerk.check.documentation import Page
    from kiwerk.finding import Finding, Span

_ROOT = "%SRCROOT%"
_SCHEMA = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"


def format_findings_sarif(findings: Sequence[Finding]) -> str:
    """The findings as one SARIF log, with every rule there is."""
    pages = {page.name: page for page in find_pages()}
    numbers = {name: number for number, name in enumerate(pages)}
    run = {
        "tool": {
            "driver": {
                "name": "kiwerk",
                "version": __version__,
                "semanticVersion": __version__,
                "rules": [_rule(page) for page in pages.values()],
            }
        },
        "originalUriBaseIds": {_ROOT: {"description": {"text": "The repository's root"}}},
        "columnKind": "unicodeCodePoints",
        "results": [_result(finding, numbers) for finding in findings],
    }
    log = {"$schema": _SCHEMA, "version": "2.1.0", "runs": [run]}
    return json.dumps(log, ensure_ascii=False, indent=2) + "\n"


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
        "message": {"text": _escape(text)},
        "locations": [_location(finding.span)],
    }
    if finding.related:
        result["relatedLocations"] = [
            {"id": number, **_location(item.span), "message": {"text": _escape(item.message)}}
            for number, item in enumerate(finding.related)
        ]
    result["properties"] = {"blocksDeploy": finding.blocks_deploy, "documentation": finding.documentation}
    return result


def _escape(text: str) -> str:
    """The text in which no brackets make a link, as section 3.11.6 of the specification wants it."""
    return text.replace("[", r"\[").replace("]", r"\]") if "](" in text else text


def _location(span: Span) -> dict[str, Any]:
    return {
        "physicalLocation": {
            "artifactLocation": {"uri": quote(span.path), "uriBaseId": _ROOT},
            "region": {
                "startLine": span.line,
                "startColumn": span.column,
                "endLine": span.end_line,
                "endColumn": span.end_column,
            },
        }
    }
