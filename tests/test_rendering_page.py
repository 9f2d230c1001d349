"""`docs/rendering.md` is true: its console blocks are run in a copy of this repository's companies."""

from __future__ import annotations

import os
import re
import shutil
from pathlib import Path

import pytest

from tests.test_readme import run

ROOT = Path(__file__).parents[1]
PAGE = ROOT / "docs" / "rendering.md"
_BLOCK = re.compile(r"(?<=^```console\n).*?(?=^```$)", re.MULTILINE | re.DOTALL)
_COMMAND = re.compile(r"^\$ (.*)\n((?:(?!\$ ).*\n)*)", re.MULTILINE)


@pytest.fixture(name="copy")
def fixture_copy(tmp_path: Path) -> Path:
    for folder in ("agents", "processes", "evals"):
        shutil.copytree(ROOT / folder, tmp_path / folder)
    return tmp_path


@pytest.mark.slow
def test_console_blocks_are_what_the_program_prints(copy: Path) -> None:
    """`UPDATE_SNAPSHOTS=1` writes what is printed."""
    text = PAGE.read_text(encoding="utf-8")
    shown = _BLOCK.sub(lambda block: _COMMAND.sub(lambda match: f"$ {match[1]}\n{run(copy, match[1])}", block[0]), text)
    if os.environ.get("UPDATE_SNAPSHOTS"):
        PAGE.write_text(shown, encoding="utf-8")
    assert len(_COMMAND.findall(text)) == 3
    assert PAGE.read_text(encoding="utf-8") == shown
