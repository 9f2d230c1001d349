from __future__ import annotations

import asyncio
import json
import socket
import time
from typing import Any

import pytest

from kiwerk.errors import KiwerkError
from kiwerk.providers import openai, retry
from kiwerk.providers.openai import OpenAIProvider
from kiwerk.providers.protocol import Message, ProviderFailure, Reply, Request, Tally
from kiwerk.record import ShippedModel, ShippedTool, Usage
from tests.support.openai_server import serve

TOOL = ShippedTool(name="kalender__pruefen", description="Prüft.", parameters={"type": "object"})
MODEL = ShippedModel(name="mistral:mistral-small-2506", temperature=0.2, max_tokens=50)
ASKED = (Message("system", "Du bist der Empfang."), Message("user", "Guten Tag"))


@pytest.fixture(autouse=True)
def fixture_short_waits(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(retry, "_FIRST_WAIT_SECONDS", 0.001)


def ask(
    base_url: str, messages: tuple[Message, ...] = ASKED, key: str | None = "k", tally: Tally | None = None
) -> Reply:
    async def complete() -> Reply:
        async with OpenAIProvider(base_url, key) as provider:
            return await provider.complete(Request(messages, (TOOL,), MODEL, tally or Tally()))

    return asyncio.run(complete())


def script(*steps: dict[str, Any], **more: Any) -> dict[str, Any]:
    return {"playbooks": [{"user": "Guten Tag", "steps": list(steps)}], **more}


def test_words_come_back_with_model_and_usage() -> None:
    with serve(script({"say": "Grüß Gott"}, reported_model="mistral-small-2506-x")) as server:
        reply = ask(server.base_url)
        body = server.requests[0]
    assert (reply.text, reply.calls, reply.finish_reason) == ("Grüß Gott", (), "stop")
    assert reply.model == "mistral-small-2506-x"
    assert isinstance(reply.usage, Usage)
    assert reply.usage.output_tokens > 0
    sent = body.get("body", body)
    assert (sent["model"], sent["temperature"], sent["max_tokens"]) == ("mistral-small-2506", 0.2, 50)
    assert sent["tools"][0]["function"]["name"] == "kalender__pruefen"


def test_calls_and_their_results_travel_both_ways() -> None:
    step = {"call": [{"name": "kalender__pruefen", "arguments": {"beginn": "2026-12-01T14:30"}}]}
    with serve(script(step, {"say": "Frei."})) as server:
        first = ask(server.base_url)
        [made] = first.calls
        assert json.loads(made.arguments) == {"beginn": "2026-12-01T14:30"}
        answered = (*ASKED, Message("assistant", "", first.calls), Message("tool", "{}", call_id=made.id))
        assert ask(server.base_url, answered).text == "Frei."


@pytest.mark.parametrize("fault", [{"status": 429}, {"status": 500}, {"status": 503}, {"dropped": True}])
def test_transient_trouble_is_tried_again_and_counted(fault: dict[str, Any]) -> None:
    tally = Tally()
    with serve(script({"say": "Frei."}, faults=[{**fault, "times": 3}])) as server:
        assert ask(server.base_url, tally=tally).text == "Frei."
        assert tally.attempts == len(server.requests) == 4


def test_slow_answer_is_asked_for_again(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(openai, "_CALL_SECONDS", 0.2)
    tally = Tally()
    with serve(script({"say": "Frei."}, faults=[{"delay": 5}])) as server:
        assert ask(server.base_url, tally=tally).text == "Frei."
        assert tally.attempts == len(server.requests) == 2


def test_retry_after_is_kept_and_known_as_a_wait_of_ours() -> None:
    tally = Tally()
    began = time.monotonic()
    with serve(script({"say": "Frei."}, faults=[{"status": 429, "retry_after": 0.3}])) as server:
        ask(server.base_url, tally=tally)
    assert time.monotonic() - began > 0.3
    # the pause begins a moment before it is waited for
    assert 0.2 < tally.waited_seconds < time.monotonic() - began


def test_pause_that_no_run_waits_for_stops_everything() -> None:
    with (
        serve(script({"say": "Frei."}, faults=[{"status": 429, "retry_after": 3600}])) as server,
        pytest.raises(KiwerkError, match="left alone for 3600 seconds") as caught,
    ):
        ask(server.base_url)
    assert "carries on" in str(caught.value.remedy)


@pytest.mark.parametrize(("status", "attempts"), [(500, 4), (429, 12)])
def test_trouble_that_stays_ends_the_conversation_with_the_count(
    status: int, attempts: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(retry, "_LONGEST_WAIT_SECONDS", 0.01)
    tally = Tally()
    with serve(script({"say": "Frei."}, faults=[{"status": status, "times": None}])) as server:
        with pytest.raises(ProviderFailure, match=rf"answered {status}: .*\({attempts} attempts\)"):
            ask(server.base_url, tally=tally)
        assert tally.attempts == len(server.requests) == attempts


def test_refused_connection_ends_the_conversation_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(retry, "_FIRST_WAIT_SECONDS", 60)
    tally = Tally()
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    with pytest.raises(ProviderFailure, match="cannot reach"):
        ask(f"http://127.0.0.1:{port}/v1", tally=tally)
    assert tally.attempts == 0
    assert tally.waited_seconds < 1


def test_wrong_answer_is_never_tried_again() -> None:
    with serve(script({"say": "Frei."}, faults=[{"truncated": True}])) as server:
        with pytest.raises(ProviderFailure):
            ask(server.base_url)
        assert len(server.requests) == 1


def test_refused_request_says_why() -> None:
    with serve(script({"say": "Frei."})) as server, pytest.raises(ProviderFailure, match="answered 400"):
        ask(server.base_url, (Message("user", "Etwas anderes"),))


def test_refused_credential_stops_everything_and_is_not_repeated() -> None:
    with (
        serve(script({"say": "Frei."}, api_key="right")) as server,
        pytest.raises(KiwerkError, match="refused the credential") as caught,
    ):
        ask(server.base_url, key="wrong-secret")
    assert "wrong-secret" not in str(caught.value)
    assert "KIWERK_API_KEY" in str(caught.value)


@pytest.mark.parametrize(
    "address",
    ["api.mistral.ai/v1", "ftp://host/v1", "http://", "", "http://[::1", "http://a..b/v1", "http://h:99999/v1"],
)
def test_address_that_is_none_of_http_is_refused(address: str) -> None:
    with pytest.raises(KiwerkError, match="Not the address of an endpoint"):
        OpenAIProvider(address, None)


def test_address_with_a_password_is_refused_and_not_repeated() -> None:
    with pytest.raises(KiwerkError, match="carries a name or password") as caught:
        OpenAIProvider("http://user:s3cret@host/v1", None)
    assert "s3cret" not in str(caught.value)


def test_host_of_another_name_that_is_this_machine_is_loopback(monkeypatch: pytest.MonkeyPatch) -> None:
    lookup = socket.getaddrinfo

    def resolve(host: str | bytes | None, *more: Any, **named: Any) -> Any:
        return lookup("127.0.0.1" if host == "llm.example.com" else host, *more, **named)

    monkeypatch.setattr(socket, "getaddrinfo", resolve)
    with serve(script({"say": "Frei."})) as server:
        address = server.base_url.replace("127.0.0.1", "llm.example.com")

        async def complete() -> str | None:
            async with OpenAIProvider(address, "k") as provider:
                before = provider.source.provider
                await provider.complete(Request(ASKED, (TOOL,), MODEL))
                assert before == "llm.example.com"
                return provider.source.provider

        assert asyncio.run(complete()) == "loopback"
