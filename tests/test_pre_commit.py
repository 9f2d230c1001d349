"""The hooks in a real git repository, run by the real pre-commit."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.support.example import edit
from tests.support.git import IDENTITY, run_git
from tests.support.loop import make_workplace

ROOT = Path(__file__).parent.parent
HOOKS: list[dict[str, Any]] = yaml.safe_load((ROOT / ".pre-commit-hooks.yaml").read_text(encoding="utf-8"))
OWN: dict[str, Any] = yaml.safe_load((ROOT / ".pre-commit-config.yaml").read_text(encoding="utf-8"))
AGENT = "agents/praxis-weber/empfang.yaml"

pytestmark = pytest.mark.slow


@pytest.fixture(name="repository")
def fixture_repository(tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Path:
    """The canonical example, committed, with the published hooks installed; nothing is fetched."""
    monkeypatch.setenv("PRE_COMMIT_HOME", str(tmp_path / "pre-commit"))
    monkeypatch.delenv("GIT_DIR", raising=False)
    root = tmp_path / "firma"
    make_workplace(root, capsys)
    hooks = [{**hook, "language": "system", "entry": f"{sys.executable} -m {hook['entry']}"} for hook in HOOKS]
    config = {"repos": [{"repo": "local", "hooks": hooks}]}
    (root / ".pre-commit-config.yaml").write_text(yaml.safe_dump(config), encoding="utf-8")
    run_git(root, "init", "--quiet", "--initial-branch", "main")
    run_git(root, "add", "--all")
    run_git(root, "commit", "--quiet", "--message", "begin")
    command = [sys.executable, "-m", "pre_commit", "install"]
    subprocess.run(command, cwd=root, env=os.environ | IDENTITY, check=True, capture_output=True)
    return root


def commit(root: Path) -> subprocess.CompletedProcess[str]:
    run_git(root, "add", "--all")
    command = ["git", "commit", "--quiet", "--message", "a change"]
    return subprocess.run(
        command, cwd=root, env=os.environ | IDENTITY, check=False, capture_output=True, text=True, encoding="utf-8"
    )


def test_good_document_passes(repository: Path) -> None:
    edit(repository / AGENT, "title: Telefonempfang", "title: Empfang am Telefon")
    done = commit(repository)
    assert done.returncode == 0, done.stderr
    assert "kiwerk check" in done.stderr
    assert run_git(repository, "log", "--format=%s", "-1") == "a change"


def test_bad_document_blocks_the_commit_and_shows_where(repository: Path) -> None:
    edit(repository / AGENT, "tools: [kalender, shared/uebergabe]", "tools: [kalendar, shared/uebergabe]")
    done = commit(repository)
    assert done.returncode == 1
    assert "unresolved-reference" in done.stderr
    assert f"--> {AGENT}:" in done.stderr
    assert run_git(repository, "log", "--format=%s", "-1") == "begin"


def test_document_that_breaks_another_blocks_the_commit(repository: Path) -> None:
    edit(repository / "agents/praxis-weber/kalender.yaml", "outcomes: [frei, belegt]", "outcomes: [frei, voll]")
    assert commit(repository).returncode == 1


def test_unformatted_document_is_formatted_and_blocks_once(repository: Path) -> None:
    before = (repository / AGENT).read_text(encoding="utf-8")
    edit(repository / AGENT, "kind: Agent\ntitle: Telefonempfang\n", "title: Telefonempfang\nkind: Agent  # neu\n")
    done = commit(repository)
    assert done.returncode == 1
    assert "files were modified by this hook" in done.stderr
    assert (repository / AGENT).read_text(encoding="utf-8") == before.replace("kind: Agent", "kind: Agent  # neu")
    assert commit(repository).returncode == 0


def test_other_files_wake_no_hook(repository: Path) -> None:
    (repository / "README.md").write_text("Firma\n", encoding="utf-8")
    done = commit(repository)
    assert done.returncode == 0
    assert done.stderr.count("no files to check") == len(HOOKS)


def test_own_hooks_fetch_nothing_and_run_what_setup_installs() -> None:
    hooks = [hook for repository in OWN["repos"] for hook in repository["hooks"]]
    assert {repository["repo"] for repository in OWN["repos"]} == {"local"}
    assert {hook["language"] for hook in hooks} == {"system"}
    assert all(hook["entry"].startswith(".venv/bin/") for hook in hooks)
    assert {hook["id"] for hook in HOOKS} <= {hook["id"] for hook in hooks}


@pytest.mark.parametrize("name", [".pre-commit-config.yaml", ".pre-commit-hooks.yaml"])
def test_pre_commit_accepts_the_file(name: str) -> None:
    kind = "validate-config" if "config" in name else "validate-manifest"
    subprocess.run([sys.executable, "-m", "pre_commit", kind, name], cwd=ROOT, check=True, capture_output=True)
