from __future__ import annotations

import asyncio
import json
import socket
from typing import Any

import httpx2
import pytest

from kiwerk.errors import KiwerkError
from kiwerk.providers import native, retry
from kiwerk.providers.native import NativeModels
from kiwerk.providers.protocol import Message, ProviderFailure, Reply, Request, RequestedCall
from kiwerk.providers.vendors import VENDORS
from kiwerk.record import ShippedModel, ShippedTool, Source, Usage
from tests.support.answers import Answer, Server, serve_answers

TOOL = ShippedTool(
    name="kalender__pruefen",
    description="Prüft, ob ein Termin frei ist.",
    parameters={"type": "object", "required": ["beginn"], "properties": {"beginn": {"type": "string"}}},
)
ASKED = (Message("system", "Du bist der Empfang."), Message("user", "Ist Dienstag frei?"))
NAMES = {
    "anthropic": "anthropic:claude-sonnet-4-6",
    "bedrock": "bedrock:mistral.mistral-large-2402-v1:0",
    "google": "google:gemini-2.5-flash",
    "mistral": "mistral:mistral-small-2506",
}
KEYS = {
    "ANTHROPIC_API_KEY": "key-a",
    "AWS_ACCESS_KEY_ID": "key-b",
    "AWS_SECRET_ACCESS_KEY": "key-b",
    "AWS_DEFAULT_REGION": "eu-central-1",
    "GOOGLE_API_KEY": "key-g",
    "MISTRAL_API_KEY": "key-m",
}
ARGUMENTS = {"beginn": "2026-12-01T14:30"}
WORDS: dict[str, Any] = {
    "anthropic": {
        "id": "msg_1",
        "type": "message",
        "role": "assistant",
        "model": "claude-sonnet-4-6-x",
        "content": [{"type": "text", "text": "Ja, 14:30 Uhr."}],
        "stop_reason": "end_turn",
        "stop_sequence": None,
        "usage": {"input_tokens": 21, "output_tokens": 7},
    },
    "bedrock": {
        "output": {"message": {"role": "assistant", "content": [{"text": "Ja, 14:30 Uhr."}]}},
        "stopReason": "end_turn",
        "usage": {"inputTokens": 21, "outputTokens": 7, "totalTokens": 28},
        "metrics": {"latencyMs": 12},
    },
    "google": {
        "candidates": [
            {"content": {"role": "model", "parts": [{"text": "Ja, 14:30 Uhr."}]}, "finishReason": "STOP", "index": 0}
        ],
        "usageMetadata": {"promptTokenCount": 21, "candidatesTokenCount": 7, "totalTokenCount": 28},
        "modelVersion": "gemini-2.5-flash-001",
    },
    "mistral": {
        "id": "cmpl-1",
        "object": "chat.completion",
        "created": 1,
        "model": "mistral-small-2506-x",
        "choices": [
            {"index": 0, "finish_reason": "stop", "message": {"role": "assistant", "content": "Ja, 14:30 Uhr."}}
        ],
        "usage": {"prompt_tokens": 21, "completion_tokens": 7, "total_tokens": 28},
    },
}
"""Answers in words, as each vendor writes them."""
CALLS: dict[str, Any] = {
    "anthropic": WORDS["anthropic"]
    | {
        "content": [
            {"type": "text", "text": "Moment."},
            {"type": "tool_use", "id": "toolu_1", "name": "kalender__pruefen", "input": ARGUMENTS},
        ],
        "stop_reason": "tool_use",
    },
    "bedrock": WORDS["bedrock"]
    | {
        "output": {
            "message": {
                "role": "assistant",
                "content": [
                    {"text": "Moment."},
                    {"toolUse": {"toolUseId": "tu_1", "name": "kalender__pruefen", "input": ARGUMENTS}},
                ],
            }
        },
        "stopReason": "tool_use",
    },
    "google": WORDS["google"]
    | {
        "candidates": [
            {
                "content": {
                    "role": "model",
                    "parts": [
                        {"text": "Moment."},
                        {
                            "functionCall": {"name": "kalender__pruefen", "args": ARGUMENTS},
                            "thoughtSignature": "c2lnbmVk",
                        },
                    ],
                },
                "finishReason": "STOP",
            }
        ],
    },
    "mistral": WORDS["mistral"]
    | {
        "choices": [
            {
                "index": 0,
                "finish_reason": "tool_calls",
                "message": {
                    "role": "assistant",
                    "content": "Moment.",
                    "tool_calls": [
                        {
                            "id": "abcdefghi",
                            "function": {"name": "kalender__pruefen", "arguments": json.dumps(ARGUMENTS)},
                        }
                    ],
                },
            }
        ],
    },
}
"""Answers that call, as each vendor writes them."""
REPORTED = {
    "anthropic": "claude-sonnet-4-6-x",
    "google": "gemini-2.5-flash-001",
    "mistral": "mistral-small-2506-x",
}


@pytest.fixture(autouse=True)
def fixture_variables(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(retry, "_FIRST_WAIT_SECONDS", 0.001)
    for name in (*(vendor.address for vendor in VENDORS.values()), "GEMINI_API_KEY", "AWS_BEARER_TOKEN_BEDROCK"):
        monkeypatch.delenv(name, raising=False)
    for name, value in KEYS.items():
        monkeypatch.setenv(name, value)


def ask(
    vendor: str, url: str, monkeypatch: pytest.MonkeyPatch, *more: Message, request: Request | None = None
) -> tuple[Reply, Source]:
    monkeypatch.setenv(VENDORS[vendor].address, url)
    model = ShippedModel(name=NAMES[vendor], temperature=0.2, max_tokens=50)
    request = request or Request((*ASKED, *more), (TOOL,), model)

    async def complete() -> tuple[Reply, Source]:
        models = NativeModels(8)
        try:
            reply = await models.complete(request)
            return reply, models.of(NAMES[vendor]).source
        finally:
            await models.close()

    return asyncio.run(complete())


def headers_of(server: Server) -> str:
    return json.dumps(dict(server.asked[0].headers))


@pytest.mark.parametrize("vendor", VENDORS)
def test_words_come_back_with_usage_and_the_model_as_reported(vendor: str, monkeypatch: pytest.MonkeyPatch) -> None:
    with serve_answers(Answer(WORDS[vendor])) as server:
        reply, source = ask(vendor, server.url, monkeypatch)
    assert (reply.text, reply.calls, reply.finish_reason) == ("Ja, 14:30 Uhr.", (), "stop")
    assert reply.usage == Usage(input_tokens=21, output_tokens=7)
    assert reply.model == REPORTED.get(vendor, NAMES[vendor].partition(":")[2])
    assert (source.provider, source.host) == ("loopback", "127.0.0.1")
    [asked] = server.asked
    assert "Du bist der Empfang." in json.dumps(asked.body, ensure_ascii=False)
    assert "kalender__pruefen" in json.dumps(asked.body)
    assert "0.2" in json.dumps(asked.body)
    assert f"key-{vendor[0]}" in headers_of(server)


@pytest.mark.parametrize("vendor", VENDORS)
def test_calls_and_their_results_travel_both_ways(vendor: str, monkeypatch: pytest.MonkeyPatch) -> None:
    with serve_answers(Answer(CALLS[vendor]), Answer(WORDS[vendor])) as server:
        first, _ = ask(vendor, server.url, monkeypatch)
        [call] = first.calls
        assert (first.text, first.finish_reason in ("tool_calls", "stop")) == ("Moment.", True)
        assert (call.name, json.loads(call.arguments)) == ("kalender__pruefen", ARGUMENTS)
        made = Message("assistant", first.text, first.calls, kept=first.kept)
        second, _ = ask(vendor, server.url, monkeypatch, made, Message("tool", '{"frei": true}', call_id=call.id))
    assert second.text == "Ja, 14:30 Uhr."
    sent = json.dumps(server.asked[1].body)
    assert "frei" in sent
    assert "2026-12-01T14:30" in sent
    assert ("c2lnbmVk" in sent) == (vendor == "google"), "the signature of a thought goes back to who made it"


@pytest.mark.parametrize("vendor", VENDORS)
def test_calls_of_a_reference_are_told_without_what_a_vendor_keeps(
    vendor: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    call = RequestedCall("call-1-1", "kalender__pruefen", json.dumps(ARGUMENTS))
    more = Message("assistant", "", (call,)), Message("tool", '{"frei": true}', call_id="call-1-1")
    with serve_answers(Answer(WORDS[vendor])) as server:
        reply, _ = ask(vendor, server.url, monkeypatch, *more)
    assert reply.text == "Ja, 14:30 Uhr."


@pytest.mark.parametrize("vendor", VENDORS)
def test_conversation_may_begin_with_the_agent(vendor: str, monkeypatch: pytest.MonkeyPatch) -> None:
    messages = (ASKED[0], Message("assistant", "Praxis Dr. Weber, guten Tag."), ASKED[1])
    request = Request(messages, (), ShippedModel(name=NAMES[vendor], max_tokens=50))
    with serve_answers(Answer(WORDS[vendor])) as server:
        ask(vendor, server.url, monkeypatch, request=request)
    body = server.asked[0].body
    first = (body.get("contents") or body["messages"])[0]
    assert (first["role"] == "user") == (vendor in ("bedrock", "google")), "who wants the user first, gets a full stop"
    assert "Praxis Dr. Weber" in json.dumps(body)


@pytest.mark.parametrize("vendor", VENDORS)
def test_what_is_transient_is_tried_again_by_one_layer_alone(vendor: str, monkeypatch: pytest.MonkeyPatch) -> None:
    request = Request(ASKED, (), ShippedModel(name=NAMES[vendor], max_tokens=50))
    busy = Answer({"error": {"message": "busy"}}, 429, {"Retry-After": "0.01"})
    with serve_answers(busy, Answer({"message": "broken"}, 500), Answer(dropped=True), Answer(WORDS[vendor])) as server:
        reply, _ = ask(vendor, server.url, monkeypatch, request=request)
    assert reply.text == "Ja, 14:30 Uhr."
    assert (request.tally.attempts, len(server.asked)) == (4, 4)


@pytest.mark.parametrize("vendor", VENDORS)
@pytest.mark.parametrize(
    "answer",
    [
        Answer({"error": {"message": "no such thing"}}, 400),
        Answer("{}", 307, {"Location": "/elsewhere"}),
        Answer('{"id": "x", "ty'),
        Answer("[]"),
        Answer({}),
    ],
    ids=["refused", "redirect", "truncated", "list", "empty"],
)
def test_wrong_answer_ends_the_conversation_at_once(
    vendor: str, answer: Answer, monkeypatch: pytest.MonkeyPatch
) -> None:
    with serve_answers(answer) as server, pytest.raises(ProviderFailure):
        ask(vendor, server.url, monkeypatch)
    assert len(server.asked) == 1


@pytest.mark.parametrize("vendor", VENDORS)
def test_refused_credential_ends_everything_and_names_the_variable(
    vendor: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    with (
        serve_answers(Answer({"error": {"message": "who?"}}, 401)) as server,
        pytest.raises(KiwerkError, match="refused the credential") as caught,
    ):
        ask(vendor, server.url, monkeypatch)
    assert VENDORS[vendor].credentials[0][0] in str(caught.value)
    assert "key-" not in str(caught.value)


@pytest.mark.parametrize("vendor", VENDORS)
def test_refused_connection_was_no_attempt(vendor: str, monkeypatch: pytest.MonkeyPatch) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        request = Request(ASKED, (), ShippedModel(name=NAMES[vendor], max_tokens=50))
        with pytest.raises(ProviderFailure, match=r"cannot reach 127\.0\.0\.1"):
            ask(vendor, f"http://127.0.0.1:{taken.getsockname()[1]}", monkeypatch, request=request)
    assert request.tally.attempts == 0


def test_silence_is_waited_for_only_so_long(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(native, "_CALL_SECONDS", 0.05)
    request = Request(ASKED, (), ShippedModel(name=NAMES["mistral"]))
    with (
        serve_answers(Answer(WORDS["mistral"], delay=0.5)) as server,
        pytest.raises(ProviderFailure, match=r"4 attempts"),
    ):
        ask("mistral", server.url, monkeypatch, request=request)


@pytest.mark.parametrize("vendor", VENDORS)
def test_address_of_its_own_is_the_vendors(vendor: str) -> None:
    async def find() -> Source:
        models = NativeModels(8)
        try:
            return models.of(NAMES[vendor]).source
        finally:
            await models.close()

    source = asyncio.run(find())
    assert source.provider == vendor


@pytest.mark.parametrize("vendor", VENDORS)
def test_no_error_repeats_the_credential(vendor: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(VENDORS[vendor].credentials[0][0], "echoed-secret")
    answer = Answer({"error": {"message": "bad: " + "x" * 290 + " echoed-secret"}, "message": "echoed-secret"}, 400)
    with serve_answers(answer) as server, pytest.raises(ProviderFailure) as caught:
        ask(vendor, server.url, monkeypatch)
    assert "echoed" not in str(caught.value)


@pytest.mark.parametrize("vendor", VENDORS)
def test_proxy_of_the_environment_does_not_answer_for_a_vendor(vendor: str, monkeypatch: pytest.MonkeyPatch) -> None:
    request = Request(ASKED, (), ShippedModel(name=NAMES[vendor], max_tokens=50))
    with serve_answers(Answer(WORDS[vendor])) as proxy:
        for name in ("HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY"):
            monkeypatch.setenv(name, proxy.url)
            monkeypatch.setenv(name.lower(), proxy.url)
        with pytest.raises(ProviderFailure, match=r"cannot reach llm\.invalid"):
            ask(vendor, "http://llm.invalid", monkeypatch, request=request)
    assert proxy.asked == []
    assert request.tally.attempts == 0


@pytest.mark.parametrize("vendor", VENDORS)
def test_whoever_answers_on_this_machine_is_loopback_under_any_name(
    vendor: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    real = socket.getaddrinfo

    def look_up(host: Any, *more: Any, **named: Any) -> Any:
        return real("127.0.0.1" if host in ("llm.example.com", b"llm.example.com") else host, *more, **named)

    # what a line in the hosts file does
    monkeypatch.setattr(socket, "getaddrinfo", look_up)
    with serve_answers(Answer(WORDS[vendor])) as server:
        address = f"http://llm.example.com:{server.url.rpartition(':')[2]}"
        reply, source = ask(vendor, address, monkeypatch)
    assert reply.text
    assert (source.provider, source.host, source.address) == ("loopback", "llm.example.com", address)


def test_provider_is_unknown_where_nobody_can_tell_who_answered() -> None:
    async def find() -> Source:
        models = NativeModels(8)
        try:
            model = models.of(NAMES["mistral"])
            await model._note_peer(httpx2.Response(200))
            return model.source
        finally:
            await models.close()

    assert asyncio.run(find()).provider is None
