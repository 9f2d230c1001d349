"""`docs/checking.md` is true: its console blocks are run, in order, in a clone of this repository."""

from __future__ import annotations

import os
import re
import shutil
from pathlib import Path

import pytest

from tests.test_readme import matches, run

ROOT = Path(__file__).parents[1]
PAGE = ROOT / "docs" / "checking.md"
_BLOCK = re.compile(r"(?<=^```console\n).*?(?=^```$)", re.MULTILINE | re.DOTALL)
_COMMAND = re.compile(r"^\$ (.*)\n((?:(?!\$ ).*\n)*)", re.MULTILINE)
GIT = "git -c user.name=Test -c user.email=test@example.org"


@pytest.fixture(name="clone")
def fixture_clone(tmp_path: Path) -> Path:
    for folder in ("agents", "processes", "evals"):
        shutil.copytree(ROOT / folder, tmp_path / folder)
    (tmp_path / ".gitignore").write_text(".kiwerk/\n", encoding="utf-8")
    run(tmp_path, f"git init -q && {GIT} add -A && {GIT} commit -qm example")
    return tmp_path


def test_console_blocks_are_what_the_program_prints(clone: Path) -> None:
    """`UPDATE_SNAPSHOTS=1` writes what is printed."""
    text = PAGE.read_text(encoding="utf-8")
    if os.environ.get("UPDATE_SNAPSHOTS"):
        text = _BLOCK.sub(
            lambda block: _COMMAND.sub(lambda match: f"$ {match[1]}\n{run(clone, match[1])}", block[0]), text
        )
        PAGE.write_text(text, encoding="utf-8")
        return
    commands = [command for block in _BLOCK.findall(text) for command in _COMMAND.findall(block)]
    assert len(commands) >= 10
    for command, shown in commands:
        output = run(clone, command)
        assert matches(shown, output), f"$ {command}\n{output}"
