"""The README is true: every console block is run, in order, in a clone of this repository."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.support.loop import content_judges_of, playbooks_of, strip_ids
from tests.support.openai_server import serve

ROOT = Path(__file__).parents[1]
README = (ROOT / "README.md").read_text(encoding="utf-8")
_BLOCK = re.compile(r"^```console\n(.*?)^```$", re.MULTILINE | re.DOTALL)
_COMMAND = re.compile(r"^\$ (.*)\n((?:(?!\$ ).*\n)*)", re.MULTILINE)
NEEDS_MODEL = "## Review"
"""From this heading on a model is at hand."""


def find_commands() -> list[tuple[str, str, bool]]:
    """Every command with the output shown below it, and whether it runs with a model."""
    return [
        (command, output, block.start() > README.index(NEEDS_MODEL))
        for block in _BLOCK.finditer(README)
        for command, output in _COMMAND.findall(block[1])
    ]


@pytest.fixture(name="clone")
def fixture_clone(tmp_path: Path) -> Path:
    """The example companies as they are in this repository."""
    for folder in ("agents", "processes", "evals"):
        shutil.copytree(ROOT / folder, tmp_path / folder)
    (tmp_path / "Makefile").write_text("eval:\n\t@kiwerk eval\n", encoding="utf-8")
    (tmp_path / ".gitignore").write_text(".kiwerk/\nbuild/\n*.key\n", encoding="utf-8")
    return tmp_path


_PROGRESS = re.compile(r"^\d+/\d+ conversations, .*\n", re.MULTILINE)
"""What a slow machine sees of a run on its way, on standard error."""


def run(clone: Path, command: str, **more: str) -> str:
    path = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
    result = subprocess.run(
        ["bash", "-c", f"{command} 2>&1"],
        cwd=clone,
        env={**os.environ, "PATH": path, **more},
        check=False,
        capture_output=True,
        text=True,
    )
    return _PROGRESS.sub("", result.stdout)


def matches(shown: str, output: str) -> bool:
    """Whether the output is what is shown, where a line `...` stands for any lines."""
    parts = [re.escape(part) for part in re.split(r"^\.\.\.\n", normalize(shown), flags=re.MULTILINE)]
    return re.fullmatch("(?:.*\n)*?".join(parts), normalize(output)) is not None


def normalize(text: str) -> str:
    return strip_ids(text).replace("\N{EN DASH}", "-")


def test_console_blocks_are_what_the_program_prints(clone: Path) -> None:
    git = "git -c user.name=Test -c user.email=test@example.org"
    key = clone / "signing.key"
    commands = list(find_commands())
    assert len(commands) >= 10
    with serve({"playbooks": [*playbooks_of(clone), *content_judges_of(clone)]}) as server:
        run(clone, f"git init -q && {git} add -A && {git} commit -qm example")
        for command, shown, with_model in commands:
            exported = {"KIWERK_BASE_URL": server.base_url} if with_model else {}
            if key.exists():
                exported["KIWERK_SIGNING_KEY"] = key.read_text(encoding="utf-8").strip()
            output = run(clone, command, **exported)
            assert matches(shown, output), f"$ {command}\n{output}"


def links() -> Iterator[str]:
    for path in (ROOT / "README.md", ROOT / "CONTRIBUTING.md"):
        for target in re.findall(r"\]\(([^)#]+)(?:#[^)]*)?\)", path.read_text(encoding="utf-8")):
            if "://" not in target:
                yield target


@pytest.mark.parametrize("target", sorted(set(links())))
def test_link_leads_somewhere(target: str) -> None:
    assert (ROOT / target).exists()
