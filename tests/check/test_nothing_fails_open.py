"""What harnesses in the field report success for is refused here, at its place.

A selector that matches nothing on the command line and a missing credential belong to the commands.
"""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest

from kiwerk.check import check_project
from kiwerk.finding import Finding, Severity
from kiwerk.load.project import load_project
from tests.support.example import edit, write_example

AGENT = "agents/praxis-weber/empfang.yaml"
FACTS = "agents/praxis-weber/oeffnungszeiten.yaml"
TOOLSET = "agents/praxis-weber/kalender.yaml"
PROCESS = "processes/praxis-weber/terminvereinbarung.yaml"
SUITE = "evals/praxis-weber/empfang.yaml"
POLICY = "evals/standard.yaml"

SIMULATED = "    expect: [{process: {end: resolved}}]\n"


def find_errors(root: Path, path: str, before: str, after: str) -> list[Finding]:
    """Errors of the canonical example after one edit."""
    edit(write_example(root, simulated=True) / path, before, after)
    findings = check_project(load_project(root), datetime(2026, 11, 27, tzinfo=UTC))
    return [finding for finding in findings if finding.severity is Severity.ERROR]


@pytest.mark.parametrize(
    ("path", "before", "after", "rule", "place"),
    [
        pytest.param(SUITE, SIMULATED, SIMULATED.replace("expect", "expects"), "unknown-key", "expects", id="expects"),
        pytest.param(
            SUITE, "        expect: [{called", "        expected: [{called", "unknown-key", "expected", id="turn"
        ),
        pytest.param(
            SUITE, "agent: empfang", "agent: empfang\nretries: 3", "unknown-key", "retries", id="top-level key"
        ),
        pytest.param(AGENT, "facts: [oeff", "facts: [off", "unresolved-reference", "offnungszeiten", id="missing file"),
        pytest.param(
            SUITE, SIMULATED, "", "case-without-expectation", "eiliger-anrufer", id="case without expectation"
        ),
        pytest.param(AGENT, ".sprechzeit }}", ".zeiten }}", "undefined-variable", "facts.oeffnungszeiten.zeiten"),
        pytest.param(SUITE, "- address: sie", "- adress: sie", "unknown-key", "adress", id="misspelt expectation"),
        pytest.param(SUITE, "- address: sie", "- address: siezen", "invalid-value", "siezen", id="wrong value"),
        pytest.param(SUITE, "- address: sie", "- address:", "invalid-value", "address:", id="missing value"),
        pytest.param(SUITE, "- address: sie", '- matches: "(["', "invalid-value", '"(["', id="regular expression"),
        pytest.param(SUITE, "- address: sie", "- contains: 1.10", "ambiguous-scalar", "1.10", id="number for text"),
        pytest.param(SUITE, "max_turns: 8", "max_turns: eight", "wrong-type", "eight", id="wrongly typed value"),
        pytest.param(POLICY, "min: 0.9", "min: 90", "invalid-value", "90", id="threshold outside its range"),
        pytest.param(POLICY, "min: 0.9", "min: true", "wrong-type", "true", id="threshold that is no number"),
        pytest.param(POLICY, "tag:critical", "tag:kritisch", "unresolved-reference", '"tag:kritisch"', id="selector"),
        pytest.param(POLICY, "tag:critical", "tagg:critical", "unresolved-reference", '"tagg:critical"', id="prefix"),
        pytest.param(SUITE, "trips: [address]", "trips: [adress]", "unresolved-reference", "adress", id="trips"),
        pytest.param(SUITE, "end: resolved}\n", "end: erledigt}\n", "unresolved-reference", "erledigt", id="end"),
        pytest.param(TOOLSET, "outcome: frei,", "outcome: frey,", "unresolved-reference", "frey", id="outcome"),
        pytest.param(PROCESS, "when: frei", "when: freii", "unresolved-reference", "freii", id="branch word"),
        pytest.param(FACTS, "valid_until: 2027-01-31", "valid_until: bald", "invalid-value", "bald", id="no date"),
        pytest.param(FACTS, "valid_until: 2027-01-31\n", "", "missing-key", "kind", id="no day at all"),
    ],
)
def test_edit_that_would_hide_something_is_refused_at_its_place(
    tmp_path: Path, path: str, before: str, after: str, rule: str, place: str
) -> None:
    errors = find_errors(tmp_path, path, before, after)
    assert (rule, path) in {(error.rule, error.span.path) for error in errors}
    span = next(error.span for error in errors if (error.rule, error.span.path) == (rule, path))
    line = (tmp_path / path).read_text("utf-8").split("\n")[span.line - 1]
    assert line[span.column - 1 :].startswith(place)


def test_suite_without_cases_is_refused(tmp_path: Path) -> None:
    root = write_example(tmp_path, simulated=True)
    (root / SUITE).write_text("kind: Suite\nagent: empfang\ncases: []\n", "utf-8")
    (root / "evals/praxis-weber/leer.yaml").write_text("kind: Suite\nagent: empfang\n", "utf-8")
    findings = check_project(load_project(root), datetime(2026, 11, 27, tzinfo=UTC))
    assert [(finding.rule, finding.span.path, finding.span.line) for finding in findings] == [
        ("invalid-value", SUITE, 3),
        ("missing-key", "evals/praxis-weber/leer.yaml", 1),
    ]


def test_file_that_cannot_be_read_hides_no_other_finding(tmp_path: Path) -> None:
    errors = find_errors(tmp_path, SUITE, "agent: empfang", "agent: [empfang")
    assert [error.rule for error in errors] == ["yaml-syntax"]
    (tmp_path / POLICY).write_text("kind: Policy\n", "utf-8")
    findings = check_project(load_project(tmp_path), datetime(2026, 11, 27, tzinfo=UTC))
    assert {finding.span.path for finding in findings} == {SUITE, POLICY}
