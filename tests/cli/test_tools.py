from __future__ import annotations

import json
import shlex
from pathlib import Path
from typing import Any

import pytest

from kiwerk.load.document import load_document
from tests.support.example import edit
from tests.support.loop import Workplace, make_workplace
from tests.support.mcp_server import command_of, http_server

TOOLS: list[dict[str, Any]] = [
    {
        "name": "pruefen",
        "description": "Prüft, ob ein Raum frei ist.",
        "inputSchema": {"type": "object", "properties": {"raum": {"type": "string"}}},
        "annotations": {"readOnlyHint": True},
    },
    {"name": "raumBelegen", "description": "Belegt einen Raum.", "inputSchema": {"type": "object"}},
]
FILE = "agents/praxis-weber/raumplan.yaml"


@pytest.fixture(name="place")
def fixture_place(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Workplace:
    (tmp_path / "repo").mkdir()
    return make_workplace(tmp_path / "repo", capsys)


@pytest.fixture(name="server")
def fixture_server(tmp_path: Path) -> Path:
    path = tmp_path / "tools.json"
    offer(path, *TOOLS)
    return path


def offer(server: Path, *tools: dict[str, Any]) -> None:
    server.write_text(json.dumps(tools), encoding="utf-8")


def pull(server: Path, *options: str) -> list[str]:
    return ["tools", "pull", "praxis-weber/raumplan", "--command", shlex.join(command_of(server)), *options]


def read(place: Workplace) -> Any:
    document = load_document(place.root / FILE, FILE).document
    assert document is not None
    return document.data


def test_new_toolset_is_written_and_checked(place: Workplace, server: Path) -> None:
    shown = place.run(*pull(server))
    assert shown.code == 0, shown.err
    assert (
        "new      raum_belegen: effect: write, confirm: explicit, since the server says nothing about it" in shown.out
    )
    assert "unused-document" in shown.out
    operations = read(place)["operations"]
    assert list(operations) == ["pruefen", "raum_belegen"]
    assert operations["pruefen"]["effect"] == "read"
    assert operations["raum_belegen"]["confirm"] == "explicit"
    again = place.run(*pull(server))
    assert (again.code, again.out.splitlines()[0]) == (0, f"{FILE} is what the server offers: 2 operations")


def test_check_tells_drift_and_writes_nothing(place: Workplace, server: Path) -> None:
    missing = place.run(*pull(server, "--check"))
    assert (missing.code, (place.root / FILE).exists()) == (1, False)
    assert f"there is no {FILE} yet" in missing.out
    place.run(*pull(server))
    before = (place.root / FILE).read_bytes()
    assert place.run(*pull(server, "--check")).code == 0
    offer(server, TOOLS[0] | {"description": "Prüft genau."}, {"name": "neu", "inputSchema": {"type": "object"}})
    drift = place.run(*pull(server, "--check", "--format", "json"))
    assert (drift.code, (place.root / FILE).read_bytes()) == (1, before)
    assert {key: drift.json[key] for key in ("written", "changed", "removed", "unchanged")} == {
        "written": False,
        "changed": [{"operation": "pruefen", "fields": ["description"]}],
        "removed": ["raum_belegen"],
        "unchanged": 0,
    }
    assert [item["operation"] for item in drift.json["added"]] == ["neu"]
    documentation = (Path(__file__).parents[2] / "docs" / "json.md").read_text(encoding="utf-8")
    assert [key for key in drift.json if key != "version" and f"`{key}`" not in documentation] == []


def test_what_a_person_wrote_stays_byte_for_byte(place: Workplace, server: Path) -> None:
    place.run(*pull(server))
    edit(place.root / FILE, "    effect: write\n", "    effect: write   # Frau Probe\n")
    edit(place.root / FILE, "confirm: explicit\n    outcomes: [ok]", "confirm: explicit\n    outcomes: [ok,  belegt]")
    with (place.root / FILE).open("a", encoding="utf-8") as file:
        file.write("mock:\n  calls: {pruefen: [{outcome: ok}]}  # Attrappe\n")
    before = (place.root / FILE).read_text(encoding="utf-8")
    offer(server, TOOLS[0], TOOLS[1] | {"description": "Belegt ihn."})
    assert place.run(*pull(server)).code == 0
    assert (place.root / FILE).read_text("utf-8") == before.replace("Belegt einen Raum.", "Belegt ihn.")


def test_http_server_is_asked_with_a_header_from_the_environment(
    place: Workplace, server: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with http_server(server, "--token-in", "X") as url:
        command = ["tools", "pull", "shared/raumplan", "--url", url, "--header", "X-Token=RAUM_TOKEN"]
        assert "help: Set it: export RAUM_TOKEN=" in place.run(*command).err
        monkeypatch.setenv("RAUM_TOKEN", "geheim-4711")
        assert place.run(*command).code == 0
    written = (place.root / "agents/shared/raumplan.yaml").read_text(encoding="utf-8")
    assert "pruefen" in written
    assert "geheim" not in written


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["praxis-weber/raumplan"], "Name one server"),
        (["praxis-weber/raumplan", "--command", "x", "--url", "http://127.0.0.1:9/"], "Name one server"),
        (["praxis-weber/raumplan", "--command", "x 'y"], "--command cannot be read"),
        (["praxis-weber/raumplan", "--command", " "], "names no program"),
        (["praxis-weber/raumplan", "--command", "x", "--header", "A=B"], "--header is for a --url"),
        (["praxis-weber/raumplan", "--url", "http://127.0.0.1:9/", "--variable", "A"], "--variable is for a program"),
        (["praxis-weber/raumplan", "--url", "http://127.0.0.1:9/", "--header", "A"], "names no variable"),
        (["praxis-weber/raumplan", "--url", "raumplan"], "Not the address of an endpoint"),
        (["praxis-weber/raumplan", "--url", "https://ich:x@example.org/mcp"], "carries a name or password"),
        (["praxis-weber/empfang", "--command", "x"], "What is there is no Toolset"),
        (["praxis/raumplan", "--command", "x"], "The company praxis has no Organization yet"),
        (["Raumplan", "--command", "x"], "cannot be an id"),
        (["praxis-weber/raumplan", "--command", "gibt-es-nicht"], "The server cannot be started"),
    ],
)
def test_what_cannot_be_pulled_says_why(place: Workplace, arguments: list[str], message: str) -> None:
    shown = place.run("tools", "pull", *arguments)
    assert (shown.code, message in shown.err) == (2, True), shown.err
    assert not (place.root / FILE).exists()


@pytest.mark.parametrize(
    "tool",
    [
        {"name": "a", "inputSchema": {"type": "object", "maxProperties": 2**60}},
        {"name": "a", "inputSchema": {"type": "object", "title": "\u0007"}},
        {"name": "2", "inputSchema": {"type": "object"}},
    ],
)
def test_what_no_document_can_hold_is_refused_and_nothing_written(
    place: Workplace, server: Path, tool: dict[str, Any]
) -> None:
    offer(server, tool)
    shown = place.run(*pull(server))
    assert shown.code in (1, 2)
    assert "help: " in shown.err
    assert not (place.root / FILE).exists()


def test_server_without_tools_is_told(place: Workplace, server: Path) -> None:
    offer(server)
    assert "a Toolset needs one" in place.run(*pull(server)).err
