from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft202012Validator
from jsonschema.exceptions import ValidationError

from kiwerk import __version__
from kiwerk.check import RULES
from kiwerk.check.documentation import find_pages
from kiwerk.finding import Finding, Related, Severity, Span
from kiwerk.report.findings_sarif import format_findings_sarif

SCHEMA = json.loads((Path(__file__).parents[1] / "data" / "sarif-2.1.0.json").read_text("utf-8"))
VALIDATOR = Draft202012Validator(SCHEMA, format_checker=Draft202012Validator.FORMAT_CHECKER)
FINDING = Finding(
    "unknown-key", "Unknown key 'expects'", Span("evals/a.yaml", 5, 5, 5, 12), help="Did you mean 'expect'?"
)
AWKWARD = Finding(
    "duplicate-name",
    "Zwei [a](b) {0} \N{SNOWMAN}",
    Span("evals/pra xis/ä#?%.yaml", 1, 1, 7, 1),
    Severity.WARNING,
    related=(Related(FINDING.span, "The first one is here"),),
    blocks_deploy=True,
)


def describe(findings: Sequence[Finding]) -> dict[str, Any]:
    """The one run of the log, which the schema of the standard accepts."""
    log = json.loads(format_findings_sarif(findings))
    VALIDATOR.validate(log)
    assert log["version"] == "2.1.0"
    [run] = log["runs"]
    return dict(run)


def test_schema_would_refuse_what_is_no_sarif() -> None:
    log = json.loads(format_findings_sarif([FINDING]))
    log["runs"][0]["results"][0]["level"] = "fatal"
    with pytest.raises(ValidationError):
        VALIDATOR.validate(log)
    with pytest.raises(ValidationError):
        VALIDATOR.validate({**log, "runs": [{"results": []}]})


def test_finding_is_a_result_with_rule_level_and_region() -> None:
    [result] = describe([FINDING])["results"]
    assert result == {
        "ruleId": "unknown-key",
        "ruleIndex": result["ruleIndex"],
        "level": "error",
        "message": {"text": "Unknown key 'expects'. Did you mean 'expect'?"},
        "locations": [
            {
                "physicalLocation": {
                    "artifactLocation": {"uri": "evals/a.yaml", "uriBaseId": "%SRCROOT%"},
                    "region": {"startLine": 5, "startColumn": 5, "endLine": 5, "endColumn": 12},
                }
            }
        ],
        "properties": {"blocksDeploy": False, "documentation": "docs/rules.md#unknown-key"},
    }


def test_rule_index_leads_to_the_rule_with_its_documentation() -> None:
    run = describe([FINDING, AWKWARD])
    rules = run["tool"]["driver"]["rules"]
    for result in run["results"]:
        assert rules[result["ruleIndex"]]["id"] == result["ruleId"]
    assert {page.name for page in find_pages()} == {rule["id"] for rule in rules} > {rule.name for rule in RULES}
    expired = next(rule for rule in rules if rule["id"] == "expired-fact")
    assert expired["defaultConfiguration"] == {"level": "warning"}
    assert expired["help"]["markdown"].startswith("Facts are told although")
    assert "**Instead**" in expired["help"]["markdown"]


def test_columns_are_code_points_and_paths_are_uris_below_a_named_root() -> None:
    run = describe([AWKWARD])
    assert run["columnKind"] == "unicodeCodePoints"
    [result] = run["results"]
    place = result["locations"][0]["physicalLocation"]["artifactLocation"]
    assert place["uri"] == "evals/pra%20xis/%C3%A4%23%3F%25.yaml"
    assert set(run["originalUriBaseIds"]) == {place["uriBaseId"]}


def test_brackets_are_text_and_no_link() -> None:
    [result] = describe([AWKWARD])["results"]
    assert result["message"]["text"] == "Zwei \\[a\\](b) {0} \N{SNOWMAN}"


def test_second_place_is_a_related_location() -> None:
    [result] = describe([AWKWARD])["results"]
    [related] = result["relatedLocations"]
    assert related["message"] == {"text": "The first one is here"}
    assert related["physicalLocation"]["region"]["startLine"] == 5
    assert result["properties"]["blocksDeploy"] is True


def test_tool_says_its_version_and_no_path_of_this_machine() -> None:
    text = format_findings_sarif([])
    assert describe([])["tool"]["driver"]["version"] == __version__
    assert "file://" not in text


def test_rule_nobody_documented_has_no_index() -> None:
    [result] = describe([replace(FINDING, rule="of-a-plugin")])["results"]
    assert "ruleIndex" not in result
