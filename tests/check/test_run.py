from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from kiwerk.check import Rule, run_checks
from kiwerk.finding import Finding, Severity, Span
from kiwerk.load.project import Project, load_project

NOW = datetime(2026, 11, 27, tzinfo=UTC)


@pytest.fixture
def project(tmp_path: Path) -> Project:
    (tmp_path / "agents/praxis").mkdir(parents=True)
    (tmp_path / "agents/praxis/zeiten.yaml").write_text("kind: Fact\n", "utf-8")
    return load_project(tmp_path)


def finding(rule: str, path: str, line: int = 1) -> Finding:
    return Finding(rule, "Something", Span(path, line, 1, line, 2))


def test_findings_come_by_path_and_position_with_those_of_reading(project: Project) -> None:
    def check(_project: Project, _now: datetime) -> Iterator[Finding]:
        yield finding("a-rule", "b.yaml", 10)
        yield finding("a-rule", "b.yaml", 9)
        yield finding("a-rule", "a.yaml", 20)

    found = run_checks(project, NOW, {Rule("a-rule"): check})
    assert [(item.span.path, item.span.line) for item in found] == [
        ("a.yaml", 20),
        ("agents/praxis/zeiten.yaml", 1),
        ("b.yaml", 9),
        ("b.yaml", 10),
    ]


def test_weight_comes_from_the_rule(project: Project) -> None:
    def check(_project: Project, _now: datetime) -> Iterator[Finding]:
        yield finding("a-rule", "a.yaml")

    found = run_checks(project, NOW, {Rule("a-rule", Severity.WARNING, blocks_deploy=True): check})
    assert [(item.severity, item.blocks_deploy) for item in found if item.rule == "a-rule"] == [
        (Severity.WARNING, True)
    ]
    assert [item.severity for item in found if item.rule != "a-rule"] == [Severity.ERROR]


def test_finding_is_told_once(project: Project) -> None:
    def check(_project: Project, _now: datetime) -> Iterator[Finding]:
        yield finding("a-rule", "a.yaml")
        yield finding("a-rule", "a.yaml")

    assert len(run_checks(project, NOW, {Rule("a-rule"): check})) == 2


def test_check_is_given_project_and_clock(project: Project) -> None:
    given = []

    def check(project: Project, now: datetime) -> Iterator[Finding]:
        given.append((project, now))
        return iter(())

    run_checks(project, NOW, {Rule("a-rule"): check})
    assert given == [(project, NOW)]
