from __future__ import annotations

from pathlib import Path

import pytest

from kiwerk.pipeline.evaluate import read_revision
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
