from __future__ import annotations

import os
from pathlib import Path

import pytest

from kiwerk.pipeline import watch
from kiwerk.pipeline.watch import find_state, wait_for_change
from tests.support.example import write_example


def test_state_is_the_same_while_nothing_changes(tmp_path: Path) -> None:
    write_example(tmp_path)
    state = find_state(tmp_path)
    assert str(tmp_path / "evals/standard.yaml") in state
    assert find_state(tmp_path) == state


@pytest.mark.parametrize("name", ["evals/standard.yaml", "agents/praxis-weber/neu.py", "pyproject.toml", "evals/x/y.z"])
def test_every_file_that_counts_changes_the_state(tmp_path: Path, name: str) -> None:
    write_example(tmp_path)
    before = find_state(tmp_path)
    path = tmp_path / name
    path.parent.mkdir(exist_ok=True)
    path.write_text("x", "utf-8")
    changed = find_state(tmp_path)
    assert changed != before
    os.utime(path, ns=(0, 0))
    assert find_state(tmp_path) != changed
    path.unlink()
    assert str(path) not in find_state(tmp_path)


@pytest.mark.parametrize("name", ["evals/.standard.yaml.swp", ".kiwerk/store.sqlite3", "README.md"])
def test_what_is_no_part_of_the_repositorys_documents_is_not_looked_at(tmp_path: Path, name: str) -> None:
    write_example(tmp_path)
    before = find_state(tmp_path)
    (tmp_path / name).parent.mkdir(exist_ok=True)
    (tmp_path / name).write_text("x", "utf-8")
    assert find_state(tmp_path) == before


def test_waiting_ends_when_the_files_have_come_to_rest(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    before, half, whole = ({"a.yaml": (1, size, 1)} for size in (0, 1, 2))
    looks = iter([before, half, before, before, half, whole, whole])
    monkeypatch.setattr(watch, "PAUSE_SECONDS", 0)
    monkeypatch.setattr(watch, "find_state", lambda _root: next(looks))
    assert wait_for_change(tmp_path, before) == whole
    assert list(looks) == []


def test_change_before_the_waiting_is_not_missed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(watch, "PAUSE_SECONDS", 0)
    write_example(tmp_path)
    before = find_state(tmp_path)
    (tmp_path / "evals/standard.yaml").unlink()
    assert wait_for_change(tmp_path, before) == find_state(tmp_path)
