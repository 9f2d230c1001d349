from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from kiwerk.pipeline.evaluate import name_run, read_revision
from tests.support.git import write_commit


def test_revision_is_the_commit(tmp_path: Path) -> None:
    commit = write_commit(tmp_path, {"agents/a/b.yaml": "kind: Agent\n"})
    (tmp_path / "notes.txt").write_text("nothing of kiwerk's", encoding="utf-8")
    assert read_revision(tmp_path) == commit


@pytest.mark.parametrize("name", ["agents/a/b.yaml", "agents/a/c.yaml", "evals/d.yaml", "agents/a/mock.py"])
def test_revision_says_that_more_was_read_than_was_committed(tmp_path: Path, name: str) -> None:
    commit = write_commit(tmp_path, {"agents/a/b.yaml": "kind: Agent\n"})
    path = tmp_path / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("kind: Facts\n", encoding="utf-8")
    assert read_revision(tmp_path) == f"{commit}+"


def test_folder_outside_git_has_no_revision(tmp_path: Path) -> None:
    assert read_revision(tmp_path) is None


def test_runs_of_the_same_second_are_in_order() -> None:
    first = datetime(2026, 11, 27, 10, 0, 0, 999_990, tzinfo=UTC)
    names = [name_run(first + timedelta(microseconds=number)) for number in (0, 1, 2, 20, 100_000)]
    assert names == sorted(names)
    assert {len(name) for name in names} == {len("20261127T100000-0f4236")}
