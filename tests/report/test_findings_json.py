from __future__ import annotations

import json

from kiwerk.finding import Finding, Related, Severity, Span
from kiwerk.report.findings_json import format_findings_json

FINDING = Finding(
    "duplicate-key",
    "Der Schlüssel 'ä' steht zweimal",
    Span("agents/b.yaml", 2, 1, 3, 4),
    related=(Related(Span("agents/b.yaml", 1, 1, 1, 2), "The first one is here"),),
)
WARNING = Finding(
    "expired-fact", "Gone", Span("a.yaml", 1, 1, 1, 2), Severity.WARNING, "Look it up", blocks_deploy=True
)


def test_shape_is_the_documented_one() -> None:
    assert json.loads(format_findings_json([FINDING, WARNING], {"agents/b.yaml": object(), "c.yaml": object()})) == {
        "version": 1,
        "files": 3,
        "errors": 1,
        "warnings": 1,
        "findings": [
            {
                "rule": "duplicate-key",
                "severity": "error",
                "message": "Der Schlüssel 'ä' steht zweimal",
                "help": None,
                "blocks_deploy": False,
                "documentation": "docs/rules.md#duplicate-key",
                "span": {"path": "agents/b.yaml", "line": 2, "column": 1, "end_line": 3, "end_column": 4},
                "related": [
                    {
                        "message": "The first one is here",
                        "span": {"path": "agents/b.yaml", "line": 1, "column": 1, "end_line": 1, "end_column": 2},
                    }
                ],
            },
            {
                "rule": "expired-fact",
                "severity": "warning",
                "message": "Gone",
                "help": "Look it up",
                "blocks_deploy": True,
                "documentation": "docs/rules.md#expired-fact",
                "span": {"path": "a.yaml", "line": 1, "column": 1, "end_line": 1, "end_column": 2},
                "related": [],
            },
        ],
    }


def test_text_can_be_read_by_people() -> None:
    text = format_findings_json([FINDING], {})
    assert "Schlüssel" in text
    assert text.endswith("}\n")


def test_no_findings_are_an_empty_list() -> None:
    assert json.loads(format_findings_json([], {}))["findings"] == []
