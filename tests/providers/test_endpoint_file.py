from __future__ import annotations

import re
from pathlib import Path

import pytest

from kiwerk.errors import KiwerkError
from kiwerk.providers.endpoint_file import load_endpoint

PAGE = Path(__file__).parents[2] / "docs" / "providers.md"
FINE = """\
kind: Endpoint
webhook:
  url: https://bots.example.de/chat
  headers: {Authorization: {variable: BOT_TOKEN, prefix: "Bearer "}}
  request: {session: =conversation_id, text: =message}
  reply:
    text: =answer.text
    calls: =answer.calls
    call: {operation: =call.name, arguments: =call.arguments}
"""


LINE_4 = "Line 4 holds a token of GitHub"
UNDEFINED = "bot.yaml:5:22: `session_id` is not defined (Known here: conversation_id, message, messages)"


def load(folder: Path, text: str) -> str:
    """What is wrong with a description."""
    path = folder / "bot.yaml"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(KiwerkError) as caught:
        load_endpoint(path, {"BOT_TOKEN": "x"})
    return str(caught.value).replace(f"{folder}/", "")


def test_fine_description_is_read(tmp_path: Path) -> None:
    (tmp_path / "bot.yaml").write_text(FINE, encoding="utf-8")
    assert load_endpoint(tmp_path / "bot.yaml", {"BOT_TOKEN": "x"}).address == "https://bots.example.de/chat"


def test_secret_that_is_not_set_is_named(tmp_path: Path) -> None:
    (tmp_path / "bot.yaml").write_text(FINE, encoding="utf-8")
    with pytest.raises(KiwerkError, match="The variable BOT_TOKEN is not set"):
        load_endpoint(tmp_path / "bot.yaml", {"BOT_TOKEN": ""})


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("  url:", "  uri:", "bot.yaml:3:3: Unknown key 'uri'"),
        ("kind: Endpoint", "kind: Agent", "bot.yaml:1:7:"),
        ("https://bots.example.de/chat", "bots.example.de", "bot.yaml:3:8: Not the address of an endpoint"),
        ("https://bots.example.de/chat", "https://anna:geheim@bots.example.de/chat", "name or password"),
        ("https://bots.example.de/chat", "https://bots.example.de/chat?code=geheim", "carries a query"),
        ('{variable: BOT_TOKEN, prefix: "Bearer "}', "abc", "The header Authorization holds a secret"),
        ('{variable: BOT_TOKEN, prefix: "Bearer "}', "{variable: bot-token}", "bot.yaml:4:39:"),
        (
            '{Authorization: {variable: BOT_TOKEN, prefix: "Bearer "}}',
            "{X-Trace: ghp_0123456789012345678901234567}",
            LINE_4,
        ),
        (
            "=conversation_id",
            "=session_id",
            UNDEFINED,
        ),
        ("=answer.text", "=answer.text |", "bot.yaml:7:11:"),
        ("=answer.text", "answer.text", "Expected an expression"),
        ("=call.name", "=answer.name", "`answer` is not defined (Known here: call)"),
        ("    call: {operation: =call.name, arguments: =call.arguments}\n", "", "`calls` and `call` need each other"),
        ("webhook:", "chat: {url: https://a.de/v1, model: b}\nwebhook:", "exactly one of chat, webhook"),
    ],
)
def test_what_is_wrong_is_told_with_its_place(tmp_path: Path, old: str, new: str, message: str) -> None:
    assert old in FINE
    told = load(tmp_path, FINE.replace(old, new))
    assert message in told
    assert "geheim@" not in told
    assert "ghp_" not in told


def test_descriptions_in_the_documentation_are_right(tmp_path: Path) -> None:
    blocks = re.findall(
        r"^```yaml\n(kind: Endpoint\n.*?)^```$", PAGE.read_text(encoding="utf-8"), re.DOTALL | re.MULTILINE
    )
    assert len(blocks) == 2
    for block in blocks:
        (tmp_path / "bot.yaml").write_text(block, encoding="utf-8")
        load_endpoint(tmp_path / "bot.yaml", {"PRAXIS_BOT_KEY": "x", "PRAXIS_BOT_TOKEN": "x"})


def test_missing_file_is_told(tmp_path: Path) -> None:
    with pytest.raises(KiwerkError, match="bot"):
        load_endpoint(tmp_path / "bot.yaml", {})
