"""A comparison to look at: the example companies, sampled of a scripted model at base and after planted changes.

`python -m tests.support.demo_comparison FILE` writes its page.
"""

from __future__ import annotations

import argparse
import json
import os
import shutil
import tempfile
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from kiwerk import cli
from kiwerk.edit.write import write_texts
from kiwerk.pipeline.compare import compare
from kiwerk.record.comparison import Comparison
from kiwerk.report.comparison_page import format_comparison_page
from tests.support.example import edit
from tests.support.git import write_commit
from tests.support.loop import playbooks_of
from tests.support.openai_server import serve

ROOT = Path(__file__).parents[2]
HOURS = "agents/praxis-weber/oeffnungszeiten.yaml"
TOOLSET = "agents/praxis-weber/kalender.yaml"
AGENT = "agents/praxis-weber/empfang.yaml"
POLICY = "evals/standard.yaml"


def make_demo(folder: Path) -> Comparison:
    """The comparison of a repository made in the folder: hours, a prompt, a confirmation and the gate differ."""
    os.environ.setdefault("KIWERK_API_KEY", "demo")
    for name in ("agents", "processes", "evals"):
        shutil.copytree(ROOT / name, folder / name)
    write_commit(folder, {".gitignore": ".kiwerk/\n"}, "Stand von gestern")
    good = waver(playbooks_of(folder))
    run(folder, good, "eval")
    edit(folder / HOURS, "17:00 Uhr", "18:00 Uhr")
    edit(folder / AGENT, "Du bist der", "Sei immer der")
    edit(folder / POLICY, "pass_rate: {min: 0.9", "pass_rate: {min: 0.8")
    both = [*spoil(good), *good]
    run(folder, both, "eval")
    run(folder, both, "diff", "HEAD", "--confirm", "6")
    # only now: a write that nobody confirms is an error, with which nothing is evaluated
    toolset = (folder / TOOLSET).read_text(encoding="utf-8")
    (folder / TOOLSET).write_text(toolset.replace("    confirm: explicit\n", "", 1), encoding="utf-8")
    return compare(folder, "HEAD", None, datetime.now(UTC))


def run(folder: Path, playbooks: list[dict[str, Any]], *command: str) -> None:
    """Run a command with a model that follows the playbooks."""
    with serve({"playbooks": playbooks}) as server:
        cli.run([*command, "--repo", str(folder), "--base-url", server.base_url])


def spoil(playbooks: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """The playbooks as they are followed under head's prompt: who books addresses people wrongly."""
    text = json.dumps(playbooks, ensure_ascii=False).replace("ist gebucht", "ist für dich gebucht")
    return [book | {"system": "Sei immer der"} for book in json.loads(text)]


def waver(playbooks: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """The playbooks, of which every eleventh addresses people wrongly every other time."""
    for book in playbooks[::11]:
        last = book["steps"][-1]
        if "say" in last:
            said = last.pop("say")
            last["says"] = [said, f"{said} Hast du noch eine Frage?"] * 50
    return playbooks


def main() -> None:
    """Writes the page of the demo."""
    parser = argparse.ArgumentParser(description=main.__doc__)
    parser.add_argument("output", type=Path)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        comparison = make_demo(Path(folder) / "repository")
    write_texts({options.output: format_comparison_page(comparison)})
    print(f"{options.output}: {options.output.stat().st_size:,} bytes")


if __name__ == "__main__":
    main()
