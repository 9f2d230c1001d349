"""The pages are true: their console blocks are run, in order, in a copy of this repository's companies."""

from __future__ import annotations

import os
import re
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.support.example import edit
from tests.support.judged_calls import write_judged_calls
from tests.support.loop import playbooks_of
from tests.support.openai_server import serve
from tests.test_readme import matches, run

DOCS = Path(__file__).parents[1] / "docs"
ROOT = DOCS.parent
_BLOCK = re.compile(r"(?<=^```console\n).*?(?=^```$)|(?<=^```yaml\n)# evals/.*?(?=^```$)", re.MULTILINE | re.DOTALL)
"""What is run, and the files that begin with their own path, which are written."""
_COMMAND = re.compile(r"^\$ (.*)\n((?:(?!\$ ).*\n)*)", re.MULTILINE)
_SECONDS = re.compile(r"\b\d+\.\d\ds\b")
PLUGIN = {"PYTEST_ADDOPTS": "-p kiwerk.pytest_plugin -p no:cacheprovider"}
"""As an installed kiwerk brings it, also where it was installed before there was one."""
GIT = "git -c user.name=Test -c user.email=test@example.org"


def disorder(clone: Path) -> None:
    """An agent's keys in another order, so that there is something to format."""
    agent = clone / "agents/praxis-weber/empfang.yaml"
    edit(agent, "kind: Agent\ntitle: Telefonempfang\n", "title: Telefonempfang   # so meldet er sich\nkind: Agent\n")


def provide_benchmark(clone: Path) -> None:
    """An empty repository beside the sample of tau-bench."""
    shutil.copytree(ROOT / "tests/data/taubench_airline", clone / "taubench")
    for folder in ("agents", "processes", "evals"):
        shutil.rmtree(clone / folder)


def write_server(clone: Path) -> None:
    """The MCP server that the page shows."""
    [code] = re.findall(r"^```python\n(.*?)^```$", (DOCS / "mcp.md").read_text("utf-8"), re.MULTILINE | re.DOTALL)
    (clone / "server.py").write_text(code, encoding="utf-8")


def write_function(clone: Path) -> None:
    """The function that the page shows."""
    text = (DOCS / "providers.md").read_text(encoding="utf-8")
    [function] = re.findall(r"(?<=^```python\n).*?(?=^```$)", text, re.MULTILINE | re.DOTALL)
    (clone / "my_agent.py").write_text(function, encoding="utf-8")


PAGES: dict[str, Callable[[Path], None] | None] = {
    "checking.md": None,
    "costs.md": None,
    "diff.md": None,
    "editing.md": disorder,
    "first-case.md": None,
    "importing.md": provide_benchmark,
    "judges.md": write_judged_calls,
    "looking.md": None,
    "mocks.md": None,
    "mcp.md": write_server,
    "providers.md": write_function,
    "pytest.md": None,
    "rendering.md": None,
    "reports.md": None,
    "scaling.md": None,
    "selecting.md": None,
    "simulated-users.md": None,
}
"""Each page with what is done to the companies before, if anything."""

WITH_MODEL = frozenset({"simulated-users.md"})
"""Pages whose commands ask the scripted model."""


@pytest.fixture(name="model")
def fixture_model(page: str) -> Iterator[dict[str, str]]:
    """What is exported where a page asks a model."""
    if page not in WITH_MODEL:
        yield {}
        return
    with serve({"playbooks": playbooks_of(ROOT)}) as server:
        yield {"KIWERK_BASE_URL": server.base_url}


@pytest.mark.parametrize("page", PAGES)
def test_console_blocks_are_what_the_program_prints(tmp_path: Path, page: str, model: dict[str, str]) -> None:
    """`UPDATE_SNAPSHOTS=1` writes what is printed."""
    for folder in ("agents", "processes", "evals"):
        shutil.copytree(ROOT / folder, tmp_path / folder)
    (tmp_path / ".gitignore").write_text(".kiwerk/\n", encoding="utf-8")
    run(tmp_path, f"git init -q && {GIT} add -A && {GIT} commit -qm example")
    prepare = PAGES[page]
    if prepare is not None:
        prepare(tmp_path)
    text = (DOCS / page).read_text(encoding="utf-8")
    if os.environ.get("UPDATE_SNAPSHOTS"):
        (DOCS / page).write_text(write_outputs(text, tmp_path, model), encoding="utf-8")
        return
    assert len(_COMMAND.findall(text)) >= 3
    for block in _BLOCK.findall(text):
        write_file(block, tmp_path)
        for command, shown in _COMMAND.findall(block):
            output = run(tmp_path, command, **PLUGIN, **model)
            assert matches(count_none(shown), count_none(output)), f"$ {command}\n{output}"


def write_file(block: str, clone: Path) -> None:
    """A block that begins with its own path, in its file."""
    if block.startswith("# "):
        (clone / block.partition("\n")[0].removeprefix("# ")).write_text(block, encoding="utf-8")


def count_none(text: str) -> str:
    """Text without the number of files, which grows, and without pytest's seconds."""
    return _SECONDS.sub("Ns", re.sub(r"\d+ files", "N files", text))


def write_outputs(text: str, clone: Path, model: dict[str, str]) -> str:
    """The page with what the program prints now; a block that leaves lines out stays as it is."""

    def rewrite(block: re.Match[str]) -> str:
        write_file(block[0], clone)
        return _COMMAND.sub(
            lambda found: (
                found[0] if "\n...\n" in f"\n{found[2]}" else f"$ {found[1]}\n{run(clone, found[1], **PLUGIN, **model)}"
            ),
            block[0],
        )

    return _BLOCK.sub(rewrite, text)


def test_every_page_with_a_console_is_run() -> None:
    found = {path.name for path in DOCS.glob("*.md") if "```console" in path.read_text(encoding="utf-8")}
    assert found - {"benchmarks.md"} == set(PAGES), "figures of a machine are the only ones that are not run"
