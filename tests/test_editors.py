"""The settings in `docs/editors.md` work: the YAML language server itself is asked."""

from __future__ import annotations

import json
import re
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from kiwerk.spec import KINDS, Agent
from tests.support.example import read_example
from tests.support.language_server import Editor, install, open_editor

ROOT = Path(__file__).parents[1]
PAGE = (ROOT / "docs" / "editors.md").read_text(encoding="utf-8")
AGENT = "agents/praxis-weber/empfang.yaml"

pytestmark = pytest.mark.slow


def read_settings() -> dict[str, Any]:
    [block] = re.findall(r"^```json\n(.*?)^```$", PAGE, re.MULTILINE | re.DOTALL)
    return {key.removeprefix("yaml."): value for key, value in json.loads(block).items()}


@pytest.fixture(name="editor", scope="module")
def fixture_editor(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Editor]:
    program = install(request.config.cache.mkdir("editors"))
    root = tmp_path_factory.mktemp("folder")
    shutil.copytree(ROOT / "schemas", root / "schemas")
    with open_editor(program, root, read_settings()) as editor:
        yield editor


@pytest.mark.parametrize("path", read_example())
def test_documents_of_the_example_are_not_underlined(editor: Editor, path: str) -> None:
    assert editor.open(path, read_example()[path]) == []


def test_hover_shows_what_a_field_means(editor: Editor) -> None:
    text = read_example()[AGENT]
    path = "agents/praxis-weber/gezeigt.yaml"
    editor.open(path, text)
    line = text.split("\n").index("owner: praxisleitung")
    shown = json.dumps(editor.ask("hover", path, line, 2), ensure_ascii=False)
    description = Agent.model_fields["owner"].description
    assert description
    assert description in shown


def test_completion_offers_the_kinds(editor: Editor) -> None:
    path = "processes/praxis-weber/neu.yaml"
    editor.open(path, "kind: \n")
    offered = {item["label"] for item in editor.ask("completion", path, 0, 6)["items"]}
    assert offered >= set(KINDS)


def test_completion_offers_the_fields_of_the_kind(editor: Editor) -> None:
    path = "agents/praxis-weber/halb.yaml"
    editor.open(path, "kind: Facts\n\n")
    offered = {item["label"] for item in editor.ask("completion", path, 1, 0)["items"]}
    assert {"source", "valid_until", "values"} <= offered
    assert "prompt" not in offered


def test_mistyped_key_is_underlined(editor: Editor) -> None:
    text = read_example()[AGENT].replace("owner:", "ownr:")
    line = text.split("\n").index("ownr: praxisleitung")
    found = [item for item in editor.open("agents/praxis-weber/vertippt.yaml", text) if "ownr" in item["message"]]
    assert [item["range"] for item in found] == [
        {"start": {"line": line, "character": 0}, "end": {"line": line, "character": 4}}
    ]


def test_neovim_is_told_the_same() -> None:
    [(schema, patterns)] = read_settings()["schemas"].items()
    [block] = re.findall(r"^```lua\n(.*?)^```$", PAGE, re.MULTILINE | re.DOTALL)
    assert f'["{schema}"]' in block
    assert all(f'"{pattern}"' in block for pattern in patterns)
    assert (ROOT / schema).exists()
