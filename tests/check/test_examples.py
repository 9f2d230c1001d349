"""Each rule has a folder of small repositories: `fine` ones without findings, `flawed` ones with a snapshot.

Adding a folder adds a test. `UPDATE_SNAPSHOTS=1` writes what is reported into the snapshots; read the difference.

An example shows one rule, so it has what that rule looks at and no errors otherwise. Warnings of other rules are left
out: they ask for what a whole company has, such as cases for every agent.
"""

from __future__ import annotations

import os
from datetime import UTC, datetime
from pathlib import Path

import pytest

from kiwerk.check import RULES, Rule, check_project
from kiwerk.finding import Finding, Severity
from kiwerk.load.project import Project, load_project
from kiwerk.report.findings import format_findings

HERE = Path(__file__).parent
NOW = datetime(2026, 11, 27, 12, tzinfo=UTC)
FINE = sorted(path for path in HERE.glob("*/fine*") if path.is_dir())
FLAWED = sorted(path for path in HERE.glob("*/flawed*") if path.is_dir())


def example_name(path: Path) -> str:
    return path.relative_to(HERE).as_posix()


def find_relevant(project: Project, folder: Path) -> tuple[Finding, ...]:
    """The findings of the example's own rule, and every error."""
    rule = folder.parent.name.replace("_", "-")
    return tuple(
        finding for finding in check_project(project, NOW) if finding.rule == rule or finding.severity is Severity.ERROR
    )


@pytest.mark.parametrize("folder", FINE, ids=example_name)
def test_fine_example_has_no_findings(folder: Path) -> None:
    project = load_project(folder)
    assert format_findings(find_relevant(project, folder), project.sources, "text").startswith("No findings")


@pytest.mark.parametrize("folder", FLAWED, ids=example_name)
def test_flawed_example_is_reported_as_in_its_snapshot(folder: Path) -> None:
    project = load_project(folder)
    findings = find_relevant(project, folder)
    report = format_findings(findings, project.sources, "text")
    snapshot = folder.with_suffix(".txt")
    if os.environ.get("UPDATE_SNAPSHOTS"):
        snapshot.write_text(report, "utf-8")
    assert {finding.rule for finding in findings} == {folder.parent.name.replace("_", "-")}
    assert report == snapshot.read_text("utf-8")


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.name)
def test_rule_has_examples(rule: Rule) -> None:
    folder = HERE / rule.name.replace("-", "_")
    assert list(folder.glob("fine*/*"))
    assert list(folder.glob("flawed*/*"))


def test_every_folder_belongs_to_a_rule() -> None:
    folders = {path.name.replace("_", "-") for path in HERE.iterdir() if path.is_dir() and path.name != "__pycache__"}
    assert folders == {rule.name for rule in RULES}
