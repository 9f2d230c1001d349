"""What only reads works where nothing may be written."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from tests.support.loop import Workplace, make_workplace
from tests.support.rights import read_only, without_privileges


@pytest.fixture(name="place")
def fixture_place(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Workplace:
    place = make_workplace(tmp_path / "repository", capsys)
    assert place.run("eval").code == 0
    return place


def run_unprivileged(place: Workplace, *arguments: str) -> subprocess.CompletedProcess[str]:
    command = [*without_privileges(), sys.executable, "-m", "kiwerk", *arguments, "--repo", str(place.root)]
    return subprocess.run(command, check=False, capture_output=True, text=True)


@pytest.mark.parametrize(
    ("arguments", "code", "shown"),
    [
        (["show"], 0, "✓ passed"),
        (["show", "last", "dienstag-halb-drei", "--variant", "geduzt"], 0, "counterexample geduzt"),
        (["gate", "--env", "staging"], 1, "no model evidence"),
        (["doctor"], 0, "1 run"),
    ],
)
def test_stored_records_can_be_read(place: Workplace, arguments: list[str], code: int, shown: str) -> None:
    before = sorted(place.root.rglob("*"))
    with read_only(place.root, place.root / ".kiwerk"):
        result = run_unprivileged(place, *arguments)
    assert (result.returncode, result.stderr) == (code, "")
    assert shown in result.stdout
    assert sorted(place.root.rglob("*")) == before


def test_evaluating_there_is_a_clear_error(place: Workplace) -> None:
    with read_only(place.root, place.root / ".kiwerk"):
        result = run_unprivileged(place, "eval")
    assert result.returncode == 2
    assert result.stderr.startswith("error: ")
    assert "help: " in result.stderr


def test_show_leaves_nothing_behind(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    place = Workplace(tmp_path, make_workplace(tmp_path / "other", capsys).keys, capsys)
    assert place.run("show").code == 2
    assert not (tmp_path / ".kiwerk").exists()
