"""`docs/editing.md` is true: its console blocks are run, in order, in a copy of this repository's companies."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.support.example import edit

ROOT = Path(__file__).parents[1]
PAGE = (ROOT / "docs" / "editing.md").read_text(encoding="utf-8")
_BLOCK = re.compile(r"^```console\n(.*?)^```$", re.MULTILINE | re.DOTALL)
_COMMAND = re.compile(r"^\$ (.*)\n((?:(?!\$ ).*\n)*)", re.MULTILINE)


def matches(shown: str, output: str) -> bool:
    """Whether the output is what is shown, where a line `...` stands for any lines; the number of files may grow."""
    parts = [re.escape(part) for part in re.split(r"^\.\.\.\n", count_none(shown), flags=re.MULTILINE)]
    return re.fullmatch("(?:.*\n)*?".join(parts), count_none(output)) is not None


def count_none(text: str) -> str:
    return re.sub(r"\d+ files", "N files", text)


@pytest.mark.slow
def test_console_blocks_are_what_the_program_prints(tmp_path: Path) -> None:
    for folder in ("agents", "processes", "evals"):
        shutil.copytree(ROOT / folder, tmp_path / folder)
    agent = tmp_path / "agents/praxis-weber/empfang.yaml"
    disorder = "title: Telefonempfang   # so meldet er sich\nkind: Agent\n"
    edit(agent, "kind: Agent\ntitle: Telefonempfang\n", disorder)
    path = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
    commands = [found for block in _BLOCK.finditer(PAGE) for found in _COMMAND.findall(block[1])]
    assert len(commands) == 8
    for command, shown in commands:
        line = ["bash", "-c", f"{command} 2>&1"]
        output = subprocess.run(
            line, cwd=tmp_path, env={**os.environ, "PATH": path}, check=False, capture_output=True, text=True
        ).stdout
        assert matches(shown, output), f"$ {command}\n{output}"
