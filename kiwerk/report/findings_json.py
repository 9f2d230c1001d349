"""Findings for programs.

    {
      "version": 1,                     counts up when a field changes its meaning or goes
      "files": 31,                      read, or spoken of by a finding
      "errors": 1,
      "warnings": 0,
      "findings": [{
        "rule": "unknown-key",
        "severity": "error",            or "warning"
        "message": "Unknown key 'expects'",
        "help": "Did you mean 'expect'?",           or null
        "blocks_deploy": false,         whether gate and deploy refuse it, although it is a warning
        "documentation": "docs/rules.md#unknown-key",
        "span": {"path": "evals/praxis-weber/empfang.yaml",
                 "line": 12, "column": 5, "end_line": 12, "end_column": 12},
        "related": [{"message": "The first one is here", "span": {…}}]
      }]
    }

Lines and columns count from 1, columns in characters; `end_column` is the first one not included.
"""

from __future__ import annotations

import json
from dataclasses import asdict
from typing import TYPE_CHECKING

from kiwerk.finding import Severity

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from typing import Any

    from kiwerk.finding import Finding

VERSION = 1


def format_findings_json(findings: Sequence[Finding], sources: Mapping[str, object]) -> str:
    """The findings as one JSON object; the module says what is in it."""
    body = {
        "version": VERSION,
        "files": len(sources.keys() | {finding.span.path for finding in findings}),
        "errors": sum(finding.severity is Severity.ERROR for finding in findings),
        "warnings": sum(finding.severity is Severity.WARNING for finding in findings),
        "findings": [describe_finding(finding) for finding in findings],
    }
    return json.dumps(body, ensure_ascii=False, indent=2) + "\n"


def describe_finding(finding: Finding) -> dict[str, Any]:
    """One finding as data for JSON."""
    return {
        "rule": finding.rule,
        "severity": finding.severity.value,
        "message": finding.message,
        "help": finding.help,
        "blocks_deploy": finding.blocks_deploy,
        "documentation": finding.documentation,
        "span": asdict(finding.span),
        "related": [{"message": item.message, "span": asdict(item.span)} for item in finding.related],
    }
