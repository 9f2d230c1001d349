from __future__ import annotations

import asyncio
import json
import time
from typing import Any

import pytest

from kiwerk.providers import openai, retry
from kiwerk.providers.openai import OpenAIProvider
from kiwerk.providers.protocol import Message, ProviderFailure, Reply, Request, Tally
from kiwerk.record import ShippedModel, ShippedTool
from tests.support.openai_server import serve

TOOL = ShippedTool(name="kalender__pruefen", description="Prüft.", parameters={"type": "object"})
MODEL = ShippedModel(name="mistral:mistral-small-2506")
ASKED = (Message("user", "Guten Tag"),)
CALLS = [
    {"name": "kalender__pruefen", "arguments": {"beginn": "2026-12-01T14:30", "wunsch": "möglichst früh"}},
    {"name": "kalender__pruefen", "arguments": {"beginn": "2026-12-02T09:00"}},
]


@pytest.fixture(autouse=True)
def fixture_short_waits(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(retry, "_FIRST_WAIT_SECONDS", 0.001)


def script(**step: Any) -> dict[str, Any]:
    more = {name: step.pop(name) for name in ("refuses",) if name in step}
    return {"playbooks": [{"user": "Guten Tag", "steps": [step]}], **more}


def ask(base_url: str, tally: Tally | None = None, *, times: int = 1) -> Reply:
    async def complete() -> Reply:
        async with OpenAIProvider(base_url, "k", stream=True) as provider:
            replies = [await provider.complete(Request(ASKED, (TOOL,), MODEL, tally or Tally())) for _ in range(times)]
            return replies[-1]

    return asyncio.run(complete())


@pytest.mark.parametrize("how", [{}, {"bytes": 1}, {"bytes": 50}, {"noise": True}, {"plain": True}])
def test_answer_is_the_same_however_it_comes(how: dict[str, Any]) -> None:
    with serve(script(say="Grüß Gott, übermorgen ginge 🙂.", call=CALLS, **how)) as server:
        reply = ask(server.base_url)
        [asked] = server.requests
    assert asked["body"]["stream_options"] == {"include_usage": True}
    assert reply.text == "Grüß Gott, übermorgen ginge 🙂."
    assert [json.loads(call.arguments) for call in reply.calls] == [call["arguments"] for call in CALLS]
    assert len({call.id for call in reply.calls}) == 2
    assert (reply.finish_reason, reply.model) == ("tool_calls", "mistral-small-2506")
    assert reply.usage is not None
    assert min(reply.usage.input_tokens, reply.usage.output_tokens) > 0
    assert (reply.first_token_at is None) is ("plain" in how)


def test_first_token_comes_before_the_last() -> None:
    with serve(script(say="eins zwei drei", gap=0.05)) as server:
        reply = ask(server.base_url)
        ended = time.monotonic()
    assert reply.first_token_at is not None
    # two more words, the reason, the usage, the last word and the end
    assert 0.25 < ended - reply.first_token_at < 2


@pytest.mark.parametrize(
    "fault",
    [
        {"dropped": True, "after": 2},
        {"truncated": True, "after": 2},
        {"truncated": True, "after": 0},
        {"error": {"message": "The server had an error", "type": "server_error"}, "after": 2},
        {"status": 503},
    ],
)
def test_stream_that_breaks_off_is_asked_for_again_and_counted(fault: dict[str, Any]) -> None:
    tally = Tally()
    with serve(script(say="eins zwei drei", faults=[{**fault, "times": 2}])) as server:
        reply = ask(server.base_url, tally)
        assert tally.attempts == len(server.requests) == 3
    # nothing of the broken answers is left in it
    assert reply.text == "eins zwei drei"


def test_stream_that_stalls_is_asked_for_again(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(openai, "_CALL_SECONDS", 0.2)
    tally = Tally()
    with serve(script(say="eins zwei drei", gap=0.15)) as server, pytest.raises(ProviderFailure, match="4 attempts"):
        ask(server.base_url, tally)
    assert tally.attempts == 4


def test_error_that_the_request_is_to_blame_for_is_not_asked_again() -> None:
    error = {"message": "This is too long", "type": "invalid_request_error"}
    with serve(script(say="eins", faults=[{"error": error, "after": 1}])) as server:
        with pytest.raises(ProviderFailure, match="This is too long"):
            ask(server.base_url)
        assert len(server.requests) == 1


def test_endpoint_that_refuses_an_option_is_asked_without_it_from_then_on() -> None:
    tally = Tally()
    with serve(script(say="eins", refuses=["stream_options"])) as server:
        assert ask(server.base_url, tally, times=3).text == "eins"
        assert ["stream_options" in asked["body"] for asked in server.requests] == [True, False, False, False]
    assert tally.attempts == 4


def test_connection_is_used_again() -> None:
    with serve(script(say="eins zwei", gap=0.01)) as server:
        ask(server.base_url, times=3)
        assert len(server.connections) == 1
