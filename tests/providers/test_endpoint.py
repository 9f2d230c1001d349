from __future__ import annotations

import asyncio
from typing import Any

import pytest

from kiwerk.errors import KiwerkError
from kiwerk.providers import retry
from kiwerk.providers.endpoint import ChatAgent, WebhookAgent, WebhookClient
from kiwerk.providers.pace import Pace
from kiwerk.providers.protocol import Message, ProviderFailure, Reply, Request
from kiwerk.record import ShippedModel, ShippedTool, ToolCall
from kiwerk.spec.endpoint import Chat, Webhook
from tests.support.answers import Answer, Server, serve_answers

MESSAGES = (
    Message("system", "Geheimer Prompt."),
    Message("user", "Guten Tag."),
    Message("assistant", "Ja?"),
    Message("user", "Ist Dienstag frei?"),
)
TOOL = ShippedTool(name="kalender__pruefen", description="Prüft.", parameters={"type": "object"})
CALL = {"operation": "=call.name", "arguments": "=call.args", "outcome": "=call.status", "result": "=call.output"}
VARIABLES = {"BOT_TOKEN": "very-secret"}


@pytest.fixture(autouse=True)
def fixture_short_waits(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(retry, "_FIRST_WAIT_SECONDS", 0.001)


def request(*messages: Message) -> Request:
    return Request(messages or MESSAGES, (TOOL,), ShippedModel(name="mistral:small"))


def make(server: Server, **more: Any) -> Webhook:
    content = {
        "url": f"{server.url}/chat/{{conversation_id}}",
        "request": {"session": "=conversation_id", "text": "=message", "all": "=messages", "channel": "test"},
        "reply": {"text": "=answer.say"},
    }
    return Webhook.model_validate(content | more)


def ask(webhook: Webhook, *requests: Request) -> list[Reply]:
    async def complete() -> list[Reply]:
        async with WebhookClient(webhook, VARIABLES, Pace()) as client:
            agent = WebhookAgent(client)
            replies = [await agent.complete(item) for item in requests or (request(),)]
            await agent.end()
            assert agent.source.provider == "loopback"
            return replies

    return asyncio.run(complete())


def test_words_are_sent_and_read_as_described_and_the_prompt_is_not() -> None:
    secret = {"variable": "BOT_TOKEN", "prefix": "Bearer "}
    with serve_answers(Answer({"say": "Ja, um 14:30 Uhr."})) as server:
        [reply] = ask(make(server, headers={"Authorization": secret, "X-Channel": "test"}))
    assert (reply.text, reply.calls, reply.reported) == ("Ja, um 14:30 Uhr.", (), ())
    [asked] = server.asked
    session = asked.body.pop("session")
    assert asked.path == f"/chat/{session}"
    assert asked.body == {
        "text": "Ist Dienstag frei?",
        "all": [
            {"role": "user", "content": "Guten Tag."},
            {"role": "assistant", "content": "Ja?"},
            {"role": "user", "content": "Ist Dienstag frei?"},
        ],
        "channel": "test",
    }
    assert asked.headers["Authorization"] == "Bearer very-secret"
    assert asked.headers["X-Channel"] == "test"


def test_conversation_is_begun_and_ended_once_with_the_id_it_was_given() -> None:
    with serve_answers(
        Answer({"id": "a/7"}, 201), Answer({"say": "Ja?"}), Answer({"say": "Gern."}), Answer("")
    ) as server:
        start = {"url": f"{server.url}/begin", "request": {"language": "de"}, "conversation": "=answer.id"}
        stop = {"url": f"{server.url}/chat/{{conversation_id}}", "method": "DELETE"}
        ask(make(server, start=start, stop=stop), request(), request())
    assert [(item.method, item.path) for item in server.asked] == [
        ("POST", "/begin"),
        ("POST", "/chat/a%2F7"),
        ("POST", "/chat/a%2F7"),
        ("DELETE", "/chat/a%2F7"),
    ]
    assert server.asked[1].body["session"] == "a/7"


def test_told_calls_are_read() -> None:
    calls = [
        {"name": "kalender__pruefen", "args": {"beginn": "x"}, "status": "frei", "output": {"frei": True}},
        {"name": "kalender.buchen", "args": '{"beginn": "x"}', "status": "ok", "output": None},
    ]
    with serve_answers(Answer({"say": "Gebucht.", "tools": calls})) as server:
        [reply] = ask(make(server, reply={"text": "=answer.say", "calls": "=answer.tools", "call": CALL}))
    assert reply.reported == (
        ToolCall(
            operation="kalender.pruefen", arguments={"beginn": "x"}, outcome="frei", result={"frei": True}, reply=1
        ),
        ToolCall(operation="kalender.buchen", arguments={"beginn": "x"}, outcome="ok", result=None, reply=1),
    )


@pytest.mark.parametrize(
    ("call", "unseen"),
    [
        (None, ("calls", "outcomes", "results", "state")),
        ({"operation": "=call.name", "arguments": "=call.args"}, ("outcomes", "results", "state")),
        (CALL, ("state",)),
    ],
)
def test_what_is_not_told_is_known(call: dict[str, str] | None, unseen: tuple[str, ...]) -> None:
    reply = {"text": "=answer.say", **({"calls": "=answer.tools", "call": call} if call else {})}
    with serve_answers(Answer({"say": "Ja."})) as server:
        client = WebhookClient(make(server, reply=reply), VARIABLES, Pace())
    assert client.source.unseen == unseen
    assert client.source.origin == "endpoint"


@pytest.mark.parametrize(
    ("answer", "message"),
    [
        (Answer({"sagt": "Ja."}), "`reply.text`: .*say"),
        (Answer({"say": 7, "tools": []}), "`reply.text` is int, not text"),
        (Answer({"say": "Ja."}), "`reply.calls`: .*tools"),
        (Answer({"say": "Ja.", "tools": {}}), "`reply.calls` is dict, not a list"),
        (Answer({"say": "Ja.", "tools": [{"name": "a"}]}), "`reply.call.arguments`"),
        (Answer({"say": "Ja.", "tools": [{"name": "a", "args": "{"}]}), "told otherwise than described"),
        (Answer({"say": "Ja.", "tools": [{"name": "a", "args": [1]}]}), "told otherwise than described"),
        (Answer("<html>"), "is not JSON"),
        (Answer({"error": {"message": "kaputt"}}, 500), "answered 500: kaputt"),
        (Answer({}, 302, {"Location": "/else"}), "answered 302"),
        (Answer(dropped=True), "cannot talk to"),
    ],
)
def test_other_answer_than_described_ends_the_conversation_at_once(answer: Answer, message: str) -> None:
    call = {"operation": "=call.name", "arguments": "=call.args"}
    with serve_answers(answer) as server, pytest.raises(ProviderFailure, match=message):
        ask(make(server, reply={"text": "=answer.say", "calls": "=answer.tools", "call": call}))
    assert len(server.asked) == 1


def test_only_what_was_too_busy_is_sent_again() -> None:
    item = request()
    with serve_answers(Answer("", 503, {"Retry-After": "0"}), Answer({"say": "Ja."})) as server:
        [reply] = ask(make(server), item)
    assert (reply.text, item.tally.attempts, len(server.asked)) == ("Ja.", 2, 2)


def test_refused_credential_ends_everything() -> None:
    with serve_answers(Answer("", 403)) as server, pytest.raises(KiwerkError, match="refused the credential") as caught:
        ask(make(server))
    assert "very-secret" not in str(caught.value)


COMPLETION = {
    "choices": [{"message": {"role": "assistant", "content": "Ja."}, "finish_reason": "stop"}],
    "model": "bot-2",
}


def ask_chat(server: Server) -> Reply:
    async def complete() -> Reply:
        async with ChatAgent(Chat(url=f"{server.url}/v1", model="praxis"), "very-secret", Pace()) as agent:
            assert agent.source.unseen == ("calls", "outcomes", "results", "state")
            return await agent.complete(request())

    return asyncio.run(complete())


def test_chat_endpoint_hears_what_was_said_and_nothing_more() -> None:
    with serve_answers(Answer(COMPLETION)) as server:
        reply = ask_chat(server)
    assert (reply.text, reply.model) == ("Ja.", "bot-2")
    [asked] = server.asked
    assert asked.body == {
        "model": "praxis",
        "messages": [
            {"role": "user", "content": "Guten Tag."},
            {"role": "assistant", "content": "Ja?"},
            {"role": "user", "content": "Ist Dienstag frei?"},
        ],
    }
    assert asked.headers["Authorization"] == "Bearer very-secret"


def test_chat_endpoint_that_wants_a_call_carried_out_is_told_apart() -> None:
    call = {"id": "1", "type": "function", "function": {"name": "kalender__pruefen", "arguments": "{}"}}
    message = {"role": "assistant", "content": None, "tool_calls": [call]}
    with (
        serve_answers(Answer({"choices": [{"message": message}]})) as server,
        pytest.raises(ProviderFailure, match="asks for a call of kalender__pruefen"),
    ):
        ask_chat(server)


@pytest.mark.parametrize(
    "answer",
    [
        Answer({"error": {"message": "who is very-secret?"}}, 400),
        Answer({"headers": {"Authorization": "Bearer very-secret"}}, 400),
        Answer("x" * 295 + " very-secret", 400),
        Answer({"sagt": "very-secret"}),
        Answer({"sagt": "x" * 180 + " very-secret"}),
        Answer({"error": {"message": "slow down, very-secret"}}, 429, {"Retry-After": "0"}),
    ],
    ids=["message", "headers", "cut message", "answer", "cut answer", "busy"],
)
def test_no_error_repeats_what_a_server_echoes_of_a_secret(answer: Answer) -> None:
    secret = {"variable": "BOT_TOKEN", "prefix": "Bearer "}
    with serve_answers(answer) as server, pytest.raises(ProviderFailure) as caught:
        ask(make(server, headers={"Authorization": secret}))
    assert "very" not in str(caught.value)
