"""A scratch repository that is delivered by this project's own workflows, run on this machine."""

from __future__ import annotations

import re
import shutil
from collections.abc import Mapping
from pathlib import Path

from tests.support.git import write_commit

ROOT = Path(__file__).parents[2]
WORKFLOWS = Path(".github/workflows")

# In place of tools/setup.sh, so that `make setup` needs no network and kiwerk is the one under test.
LINK_KIWERK = """#!/bin/sh
set -eu
mkdir -p .venv/bin
ln -sf "$STANDIN_SCRIPTS/kiwerk" .venv/bin/kiwerk
"""


def make_pipeline_repository(path: Path, files: Mapping[str, str], *, setup: str = LINK_KIWERK) -> Path:
    """A repository at `path` with this project's Makefile, workflows and ignored files, and `files` beside them."""
    shutil.copytree(ROOT / WORKFLOWS, path / WORKFLOWS)
    for name in ("Makefile", ".gitignore"):
        shutil.copy(ROOT / name, path / name)
    (path / "tools").mkdir()
    script = path / "tools" / "setup.sh"
    script.write_text(setup, encoding="utf-8")
    script.chmod(0o755)
    write_commit(path, files)
    return path


def edit_workflow(repository: Path, name: str, old: str, new: str) -> None:
    """Commits the workflow `name` with one passage replaced; a passage that is not there is an error of the test."""
    path = WORKFLOWS / name
    text = (repository / path).read_text(encoding="utf-8")
    if text.count(old) != 1:
        raise ValueError(f"{name} has this passage {text.count(old)} times: {old!r}")
    write_commit(repository, {str(path): text.replace(old, new)})


def remove_step(repository: Path, name: str, step: str) -> None:
    """Commits the workflow `name` without the step called `step`, which must be the only one."""
    text = (repository / WORKFLOWS / name).read_text(encoding="utf-8")
    lines = re.findall(rf"^ {{6}}- name: {re.escape(step)}\n(?: {{8}}.*\n|\n)+", text, re.MULTILINE)
    edit_workflow(repository, name, "".join(lines), "")


def insert_step(repository: Path, name: str, *, before: str, run: str) -> None:
    """Commits the workflow `name` with one more step before the step called `before`, which must be the only one."""
    line = f"      - name: {before}\n"
    edit_workflow(repository, name, line, f"      - run: {run}\n\n{line}")
