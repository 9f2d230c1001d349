from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

from benchmarks.generate import write_repository
from kiwerk.check import check_project
from kiwerk.finding import Severity
from kiwerk.load.project import load_project


def read_all(root: Path) -> dict[str, bytes]:
    return {path.relative_to(root).as_posix(): path.read_bytes() for path in root.rglob("*.yaml")}


def test_same_arguments_write_the_same_bytes_and_another_seed_writes_others(tmp_path: Path) -> None:
    for name, seed in (("a", 1), ("b", 1), ("c", 2)):
        write_repository(tmp_path / name, 40, companies=2, seed=seed)
    assert read_all(tmp_path / "a") == read_all(tmp_path / "b") != read_all(tmp_path / "c")


def test_each_company_has_what_a_hundredth_of_the_repository_has(tmp_path: Path) -> None:
    assert write_repository(tmp_path, 60, companies=3) == len(read_all(tmp_path))
    project = load_project(tmp_path)
    assert (len(project.agents), len(project.processes), len(project.suites)) == (30, 60, 30)
    assert sum(len(suite.spec.cases) for suite in project.suites.values()) == 60


def test_generated_repository_has_no_errors(tmp_path: Path) -> None:
    write_repository(tmp_path, 100, companies=1)
    findings = check_project(load_project(tmp_path), datetime(2026, 11, 27, tzinfo=UTC))
    assert [finding for finding in findings if finding.severity is Severity.ERROR] == []


def test_a_case_is_as_long_as_real_ones(tmp_path: Path) -> None:
    write_repository(tmp_path, 100, companies=1)
    lines = sum(len(path.read_text("utf-8").splitlines()) - 4 for path in (tmp_path / "evals").rglob("*/*.yaml"))
    assert 24 <= lines / 100 <= 27
