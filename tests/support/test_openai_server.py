from __future__ import annotations

import http.client
import json
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any
from urllib.error import HTTPError
from urllib.parse import urlsplit
from urllib.request import Request, urlopen

import pytest

from tests.support import openai_server
from tests.support.openai_server import check_script, playbook_from_reference, serve

GREETING = "Guten Tag, einen Termin bitte."
PLAYBOOK = playbook_from_reference(
    [GREETING, "Ja, das passt."],
    [
        {"call": [{"kalender.pruefen": {"beginn": "2026-12-01T14:30"}}], "say": "14:30 Uhr ist frei. Soll ich buchen?"},
        {"call": [{"kalender.buchen": {"name": "Erika"}}, {"kalender.senden": {}}], "say": "Gebucht für Frau Müßig."},
    ],
)
SCRIPT = {"playbooks": [PLAYBOOK]}
SYSTEM = {"role": "system", "content": "Du bist der Telefonempfang."}
OPENING = {"role": "assistant", "content": "Praxis Dr. Weber, guten Tag."}
USER = {"role": "user", "content": GREETING}


def ask(base_url: str, messages: list[dict[str, Any]], key: str = "k", **more: object) -> dict[str, Any]:
    body = json.dumps({"model": "small", "messages": messages} | more).encode()
    headers = {"Content-Type": "application/json", "Authorization": f"Bearer {key}"}
    with urlopen(Request(f"{base_url}/chat/completions", body, headers), timeout=5) as response:  # noqa: S310
        answer: dict[str, Any] = json.load(response)
    return answer


def ask_and_fail(base_url: str, messages: list[dict[str, Any]], **more: Any) -> tuple[int, dict[str, Any], Any]:
    with pytest.raises(HTTPError) as caught:
        ask(base_url, messages, **more)
    with caught.value as error:
        return error.code, json.load(error)["error"], error.headers


def converse(base_url: str, *users: str) -> list[dict[str, Any]]:
    """All messages of the agent, where every tool answers at once."""
    messages = [SYSTEM, OPENING]
    said = []
    for user in users:
        messages.append({"role": "user", "content": user})
        while True:
            message = ask(base_url, messages)["choices"][0]["message"]
            said.append(message)
            messages.append(message)
            if not message.get("tool_calls"):
                break
            messages += [{"role": "tool", "tool_call_id": c["id"], "content": "{}"} for c in message["tool_calls"]]
    return said


def test_plays_a_reference_call_by_call_and_then_its_text() -> None:
    with serve(SCRIPT) as server:
        said = converse(server.base_url, GREETING, "Ja, das passt.")
    calls = [[call["function"]["name"] for call in message.get("tool_calls", ())] for message in said]
    assert calls == [["kalender__pruefen"], [], ["kalender__buchen"], ["kalender__senden"], []]
    assert json.loads(said[0]["tool_calls"][0]["function"]["arguments"]) == {"beginn": "2026-12-01T14:30"}
    assert [message["content"] for message in said if message["content"]] == [
        "14:30 Uhr ist frei. Soll ich buchen?",
        "Gebucht für Frau Müßig.",
    ]


def test_answers_in_the_shape_of_a_chat_completion() -> None:
    with serve(SCRIPT) as server:
        answer = ask(server.base_url, [SYSTEM, USER])
    assert answer["object"] == "chat.completion"
    assert answer["model"] == "small"
    assert answer["choices"][0]["finish_reason"] == "tool_calls"
    usage = answer["usage"]
    assert usage["total_tokens"] == usage["prompt_tokens"] + usage["completion_tokens"] > 0


def test_many_conversations_at_once_get_their_own_answers() -> None:
    playbooks = [{"user": f"Fall {n}", "steps": [{"say": f"{n}a"}, {"say": f"{n}b"}]} for n in range(40)]
    with serve({"playbooks": playbooks}) as server, ThreadPoolExecutor(16) as pool:
        runs = list(pool.map(lambda n: converse(server.base_url, f"Fall {n}", "weiter"), range(40)))
    assert [[m["content"] for m in run] for run in runs] == [[f"{n}a", f"{n}b"] for n in range(40)]


def test_system_message_tells_playbooks_with_the_same_beginning_apart() -> None:
    steps = {part: [{"say": part}] for part in ("Empfang", "Werkstatt")}
    playbooks = [{"user": GREETING, "system": part, "steps": answer} for part, answer in steps.items()]
    with serve({"playbooks": playbooks}) as server:
        answer = ask(server.base_url, [{"role": "system", "content": "Du bist die Werkstatt."}, USER])
    assert answer["choices"][0]["message"]["content"] == "Werkstatt"


def test_unknown_conversation_and_ended_playbook_are_errors() -> None:
    with serve(SCRIPT) as server:
        status, error, _ = ask_and_fail(server.base_url, [{"role": "user", "content": "Hallo?"}])
        assert (status, error["code"], error["type"]) == (400, "no_playbook", "invalid_request_error")
        assert "'Hallo?'" in error["message"]
        status, error, _ = ask_and_fail(server.base_url, [USER, *[{"role": "assistant", "content": "x"}] * 5])
        assert (status, error["code"]) == (400, "playbook_ended")


CALL = {"role": "assistant", "content": None, "tool_calls": [{"id": "call_1", "type": "function", "function": {}}]}
ANSWER = {"role": "tool", "tool_call_id": "call_1", "content": "{}"}


@pytest.mark.parametrize(
    ("messages", "more"),
    [
        ([USER, CALL], {}),
        ([USER, CALL, USER, ANSWER], {}),
        ([USER, ANSWER], {}),
        ([USER, CALL, ANSWER | {"tool_call_id": "call_2"}], {}),
        ([SYSTEM], {}),
        ([{"role": "narrator", "content": "x"}, USER], {}),
        ([{"role": "user", "content": None}], {}),
        ([USER], {"stream_options": {"include_usage": True}}),
        ([USER], {"tools": [{"type": "function", "function": {"name": "kalender.pruefen"}}]}),
        ([USER], {"model": None}),
    ],
)
def test_request_that_a_real_endpoint_refuses_is_refused(messages: list[dict[str, Any]], more: dict[str, Any]) -> None:
    with serve(SCRIPT) as server:
        status, error, _ = ask_and_fail(server.base_url, messages, **more)
    assert (status, error["code"]) == (400, "invalid_request")


def test_wrong_key_is_refused_and_recorded() -> None:
    with serve(SCRIPT | {"api_key": "right"}) as server:
        status, error, _ = ask_and_fail(server.base_url, [USER], key="wrong")
        assert (status, error["code"]) == (401, "invalid_api_key")
        ask(server.base_url, [USER], key="right")
        assert [request["key"] for request in server.requests] == ["wrong", "right"]
        assert server.requests[0]["body"]["messages"] == [USER]


def test_faults_come_in_order_and_then_the_answer() -> None:
    faults = [{"status": 429, "retry_after": 1}, {"status": 500, "times": 2}, {"truncated": True}, {"dropped": True}]
    script = {"playbooks": [{"user": GREETING, "steps": [{"say": "da", "faults": faults}]}]}
    with serve(script) as server:
        status, error, headers = ask_and_fail(server.base_url, [USER])
        assert (status, error["code"], headers["Retry-After"]) == (429, "scripted_fault", "1")
        for _ in range(2):
            assert ask_and_fail(server.base_url, [USER])[0] == 500
        with pytest.raises(json.JSONDecodeError):
            ask(server.base_url, [USER])
        with pytest.raises(http.client.RemoteDisconnected):
            ask(server.base_url, [USER])
        assert ask(server.base_url, [USER])["choices"][0]["message"]["content"] == "da"


def test_fault_of_the_script_strikes_every_request_for_ever() -> None:
    with serve(SCRIPT | {"faults": [{"status": 401, "times": None}]}) as server:
        assert {ask_and_fail(server.base_url, [USER])[0] for _ in range(3)} == {401}


def test_delayed_answer_does_not_hold_up_the_end() -> None:
    script = {"playbooks": [{"user": GREETING, "steps": [{"say": "da", "faults": [{"delay": 60}]}]}]}
    with serve(script) as server:
        place = urlsplit(server.base_url)
        connection = http.client.HTTPConnection(str(place.hostname), place.port, timeout=0.2)
        connection.request("POST", "/v1/chat/completions", json.dumps({"model": "m", "messages": [USER]}))
        with pytest.raises(TimeoutError):
            connection.getresponse()
        connection.close()


@pytest.mark.parametrize(
    ("script", "said"),
    [
        ({"playbooks": [], "fault": []}, "unknown key in a script: fault"),
        ({"playbooks": [PLAYBOOK | {"when": 1}]}, "unknown key in a playbook: when"),
        ({"playbooks": [{"user": "a", "steps": [{"text": "b"}]}]}, "unknown key in a step: text"),
        ({"playbooks": [], "faults": [{"code": 401}]}, "unknown key in a fault: code"),
        ({"playbooks": [PLAYBOOK, PLAYBOOK]}, "two playbooks begin with: 'Guten Tag, einen Termin bitte.'"),
    ],
)
def test_script_that_would_not_do_what_it_says_is_refused(script: dict[str, Any], said: str) -> None:
    with pytest.raises(ValueError, match=said):
        check_script(script)


def test_runs_as_a_process_that_says_where_it_listens(tmp_path: Path) -> None:
    path = tmp_path / "script.json"
    path.write_text(json.dumps(SCRIPT | {"reported_model": "small-2506"}))
    command = [sys.executable, "-m", openai_server.__name__, "--script", str(path), "--port", "0"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        try:
            assert process.stdout is not None
            base_url = process.stdout.readline().strip()
            assert base_url.startswith("http://127.0.0.1:")
            assert ask(base_url, [USER])["model"] == "small-2506"
            with urlopen(f"{base_url}/models", timeout=5) as response:  # noqa: S310
                assert json.load(response)["data"][0]["id"] == "small-2506"
            with urlopen(f"{base_url.removesuffix('/v1')}/requests", timeout=5) as response:  # noqa: S310
                assert len(json.load(response)) == 1
        finally:
            process.terminate()
