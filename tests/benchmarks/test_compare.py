from __future__ import annotations

import json
import re
import tomllib
from pathlib import Path

from benchmarks.compare import HERE, find_commands, write_cases

ROOT = HERE.parent


def test_everybody_gets_the_same_cases(tmp_path: Path) -> None:
    write_cases(tmp_path, 3, "http://127.0.0.1:9/v1")
    users = json.loads((tmp_path / "cases.json").read_text(encoding="utf-8"))["users"]
    config = json.loads((tmp_path / "promptfooconfig.yaml").read_text(encoding="utf-8"))
    suite = (tmp_path / "kiwerk/evals/firma/telefon-00.yaml").read_text(encoding="utf-8")
    assert [item["vars"]["text"] for item in config["tests"]] == users
    assert re.findall(r"- user: (.*)", suite) == users
    assert len(config["defaultTest"]["assert"]) == 2


def test_each_harness_is_asked_for_as_many_requests_at_once(tmp_path: Path) -> None:
    commands = find_commands(tmp_path, "http://127.0.0.1:9/v1")
    scripts = {name: (HERE / f"peers/{name.replace('-', '_')}_run.py") for name in ("pydantic-evals", "deepeval")}
    for name, command in commands.items():
        shown = scripts[name].read_text("utf-8") if name in scripts else " ".join(command)
        assert re.search(r"\b32\b", shown), name


def test_harnesses_are_pinned_with_their_hashes() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    pinned = (ROOT / "requirements/peers.txt").read_text(encoding="utf-8")
    for requirement in project["dependency-groups"]["peers"]:
        name = requirement.partition(">")[0]
        assert re.search(rf"^{name}==\S+ \\\n    --hash=sha256:", pinned, re.MULTILINE), name
    lock = json.loads((HERE / "peers/package-lock.json").read_text(encoding="utf-8"))
    assert "resolved" not in str(lock["packages"]["node_modules/promptfoo"])
    assert lock["packages"]["node_modules/promptfoo"]["integrity"].startswith("sha512-")
