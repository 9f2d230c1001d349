from __future__ import annotations

from pathlib import Path

import pytest

from kiwerk import cli
from kiwerk.load.above import find_repository_above, is_repository
from tests.support.example import write_example


@pytest.fixture(name="root")
def fixture_root(tmp_path: Path) -> Path:
    root = tmp_path / "praxis"
    write_example(root)
    return root


def everything(root: Path) -> list[Path]:
    return sorted(root.rglob("*"))


@pytest.mark.parametrize("inner", ["agents", "evals/praxis-weber", "notizen/neu"])
def test_repository_is_found_from_further_down(root: Path, inner: str) -> None:
    assert find_repository_above(root / inner) == root.resolve()


def test_root_lies_in_no_repository(root: Path) -> None:
    assert is_repository(root)
    assert find_repository_above(root) is None


def test_git_repository_inside_is_its_own(root: Path) -> None:
    (root / "vendor/firma/.git").mkdir(parents=True)
    assert find_repository_above(root / "vendor/firma") is None
    assert find_repository_above(root / "vendor/firma/docs") is None
    assert find_repository_above(root / "vendor") == root.resolve()


@pytest.mark.parametrize(
    "command", [["new", "facts", "praxis-weber/foo"], ["check"], ["check", "--fix"], ["list"], ["fmt"], ["eval"]]
)
@pytest.mark.parametrize("inner", ["agents", "evals/praxis-weber"])
def test_command_further_down_names_the_repository_and_writes_nothing(
    root: Path, command: list[str], inner: str, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    before = everything(root)
    monkeypatch.chdir(root / inner)
    assert cli.run(command) == 2
    shown = capsys.readouterr().err
    assert f"The repository is at {root.resolve()}" in shown
    assert f"--repo {'..' if inner == 'agents' else '../..'}" in shown
    assert "kiwerk init" not in shown
    assert everything(root) == before


@pytest.mark.parametrize("folder", [".", "neu", "agents"])
def test_no_repository_is_written_into_another(
    root: Path, folder: str, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    before = everything(root)
    monkeypatch.chdir(root)
    assert cli.run(["init", folder]) == 2
    shown = capsys.readouterr().err
    assert f"There is a repository already, at {root.resolve()}" in shown
    assert "kiwerk new organization" in shown
    assert everything(root) == before


def test_folders_without_documents_can_be_begun_in(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    for name in ("agents", "evals"):
        (tmp_path / name).mkdir()
    assert cli.run(["fmt", "--repo", str(tmp_path)]) == 2
    assert "Run `kiwerk init` here" in capsys.readouterr().err
    assert cli.run(["init", str(tmp_path)]) == 0
