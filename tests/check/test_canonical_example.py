from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest

from kiwerk.check import check_project
from kiwerk.check.ignores import apply_ignores
from kiwerk.load.project import Project, load_project
from kiwerk.spec import KINDS, Judge, Prices
from tests.support.example import write_example


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> Project:
    return load_project(write_example(tmp_path_factory.mktemp("canonical"), simulated=True))


def test_canonical_example_holds_every_kind(project: Project) -> None:
    # prices are needed only where the built-in ones are not enough
    assert {type(loaded.spec) for loaded in project.all()} == set(KINDS.values()) - {Judge, Prices}
    assert len(project.documents) == 10


def test_canonical_example_has_no_findings(project: Project) -> None:
    assert check_project(project, datetime(2026, 11, 27, tzinfo=UTC)) == ()


def test_canonical_example_goes_stale_by_waiting(project: Project) -> None:
    findings = check_project(project, datetime(2027, 2, 1, tzinfo=UTC))
    assert [finding.rule for finding in findings] == ["expired-fact", "overdue-review"]
    assert all(finding.blocks_deploy for finding in findings)


def test_repository_of_kiwerk_itself_has_no_findings() -> None:
    repository = load_project(Path(__file__).parents[2])
    findings = check_project(repository, datetime(2026, 11, 27, tzinfo=UTC))
    assert apply_ignores(findings, repository.sources) == ()
    # the only one that a comment answers for: a judge that holds nothing up until people have looked
    assert [finding.rule for finding in findings] == ["unchecked-judge"]
