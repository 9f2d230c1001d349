"""Real servers, written with the official SDK, over stdio and over HTTP on loopback; and what is no server at all."""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from kiwerk.errors import KiwerkError
from kiwerk.tools.mcp import Address, Process, load_offers
from kiwerk.tools.offer import Offer
from tests.support.mcp_server import command_of, http_server

SCHEMA = {"type": "object", "properties": {"beginn": {"type": "string"}}, "required": ["beginn"]}
TOOLS = [
    {"name": "pruefen", "description": "Prüft.", "inputSchema": SCHEMA, "annotations": {"readOnlyHint": True}},
    {
        "name": "Termin.Buchen",
        "title": "Bucht",
        "inputSchema": {"type": "object"},
        "annotations": {"readOnlyHint": False},
    },
    {"name": "loeschen", "inputSchema": {"type": "object"}},
]
OFFERS = (
    Offer("pruefen", "Prüft.", SCHEMA, reads_only=True),
    Offer("Termin.Buchen", "Bucht", {"type": "object"}, reads_only=False),
    Offer("loeschen", "", {"type": "object"}, reads_only=None),
)
GIVEN = "geheim-4711"


@pytest.fixture(name="tools")
def fixture_tools(tmp_path: Path) -> Path:
    path = tmp_path / "tools.json"
    path.write_text(json.dumps(TOOLS), encoding="utf-8")
    return path


def fail(server: Process | Address, timeout_seconds: float = 20) -> KiwerkError:
    with pytest.raises(KiwerkError) as caught:
        load_offers(server, timeout_seconds)
    assert caught.value.remedy
    return caught.value


def test_tools_come_in_pages_over_stdio(tools: Path) -> None:
    assert load_offers(Process(tuple(command_of(tools, "--page-size", "1"))), 20) == OFFERS


def test_tools_come_in_pages_over_http(tools: Path) -> None:
    with http_server(tools, "--page-size", "2") as url:
        assert load_offers(Address(url), 20) == OFFERS


def test_secret_reaches_the_server_and_no_message(tools: Path) -> None:
    options = ("--token-in", "KALENDER_TOKEN")
    command = tuple(command_of(tools, *options))
    assert load_offers(Process(command, {"KALENDER_TOKEN": GIVEN}), 20) == OFFERS
    error = fail(Process(command, {"KALENDER_TOKEN": "falsch-0815"}))
    assert error.message == "The server ended before it had answered; it said: no token, only ***"
    with http_server(tools, *options) as url:
        assert load_offers(Address(url, {"X-Token": GIVEN}), 20) == OFFERS
        assert fail(Address(url, {"X-Token": "falsch-0815"})).message == "The server refused the credential (401)"


def test_program_gets_no_variable_that_was_not_named(tools: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("KALENDER_TOKEN", GIVEN)
    assert "only None" in fail(Process(tuple(command_of(tools, "--token-in", "KALENDER_TOKEN")))).message


@pytest.mark.parametrize(
    ("fault", "message"),
    [
        ("--die", "The server ended before it had answered; it said: the database is gone"),
        ("--loop", "The server's list of tools has no end: 1200 so far"),
        ("--nonsense", "The server's answer is not what MCP says: "),
    ],
)
def test_server_that_fails_is_told_in_a_sentence(tools: Path, fault: str, message: str) -> None:
    tools.write_text(json.dumps([{"name": f"t{n}", "inputSchema": {"type": "object"}} for n in range(600)]), "utf-8")
    assert fail(Process(tuple(command_of(tools, fault, "--page-size", "400")))).message.startswith(message)


@pytest.mark.parametrize(
    ("command", "message"),
    [
        (("gibt-es-nicht",), "The server cannot be started: no such file or directory"),
        ((sys.executable, "-c", "raise SystemExit('weg')"), "The server ended before it had answered; it said: weg"),
        (("cat",), "The server answers with an error: Method not found"),
    ],
)
def test_program_that_is_no_server_is_told(command: tuple[str, ...], message: str) -> None:
    error = fail(Process(command))
    assert (error.message, error.path) == (message, command[0])


def test_server_that_hangs_is_ended_in_time(tools: Path) -> None:
    marker = f"hang-{time.monotonic_ns()}"
    began = time.monotonic()
    error = fail(Process((sys.executable, "-c", f"import time; '{marker}'; time.sleep(60)")), 0.5)
    assert time.monotonic() - began < 10
    assert error.message == "The server did not answer within 0.5 seconds"
    assert marker not in " ".join(find_commands())


def find_commands() -> Iterator[str]:
    """The command line of every process."""
    for path in Path("/proc").glob("[0-9]*/cmdline"):
        try:
            yield path.read_text(encoding="utf-8", errors="replace")
        except OSError:  # it has ended
            continue


def test_http_server_that_hangs_is_left_in_time(tools: Path) -> None:
    with http_server(tools, "--hang") as url:
        assert fail(Address(url), 1).message == "The server did not answer within 1 seconds"


def test_address_without_a_server_is_told(tools: Path) -> None:
    assert fail(Address("http://127.0.0.1:9/mcp")).message.startswith("The server cannot be reached: ")
    with http_server(tools) as url:
        error = fail(Address(f"{url}-x?key=geheim"))
    assert (error.message, error.path) == ("The server answers with an error (404): Not Found", f"{url}-x")
