from __future__ import annotations

import asyncio
import json
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from kiwerk.errors import KiwerkError
from kiwerk.providers.protocol import Message, ProviderFailure, Reply, Request, RequestedCall
from kiwerk.providers.python import PythonProvider, load_function, read_answer
from kiwerk.record import ShippedModel, ShippedTool, Usage

TOOL = ShippedTool(name="kalender__pruefen", description="Prüft.", parameters={"type": "object"})
CALL = RequestedCall("c1", "kalender__pruefen", '{"beginn": "x"}')
REQUEST = Request(
    (
        Message("system", "Du bist der Empfang."),
        Message("user", "Frei?"),
        Message("assistant", "", (CALL,)),
        Message("tool", '{"frei": true}', call_id="c1"),
    ),
    (TOOL,),
    ShippedModel(name="mistral:small", temperature=0.2),
)


@pytest.fixture(autouse=True)
def fixture_path() -> Iterator[None]:
    before, modules = list(sys.path), set(sys.modules)
    yield
    sys.path[:] = before
    for name in set(sys.modules) - modules:
        if name.startswith("agent_"):
            del sys.modules[name]


def ask(function: Any, request: Request = REQUEST) -> Reply:
    return asyncio.run(PythonProvider("mine:answer", function).complete(request))


def test_function_is_told_everything_a_model_is() -> None:
    told: dict[str, Any] = {}

    def answer(request: dict[str, Any]) -> str:
        told.update(request)
        return "Ja."

    assert ask(answer).text == "Ja."
    assert json.loads(json.dumps(told)) == told
    assert [message["role"] for message in told["messages"]] == ["system", "user", "assistant", "tool"]
    assert told["messages"][2]["calls"] == [{"id": "c1", "name": "kalender__pruefen", "arguments": '{"beginn": "x"}'}]
    assert told["messages"][3]["call_id"] == "c1"
    assert told["tools"][0]["name"] == "kalender__pruefen"
    assert told["model"] == {"name": "mistral:small", "temperature": 0.2}


def test_coroutine_function_is_awaited() -> None:
    async def answer(request: dict[str, Any]) -> dict[str, Any]:
        await asyncio.sleep(0)
        return {"text": "Ja.", "usage": {"input_tokens": 3}, "model": "mine-2"}

    reply = ask(answer)
    assert (reply.text, reply.usage, reply.model) == ("Ja.", Usage(input_tokens=3), "mine-2")


def test_functions_that_wait_wait_side_by_side() -> None:
    def answer(request: dict[str, Any]) -> str:
        time.sleep(0.2)
        return "Ja."

    provider = PythonProvider("mine:answer", answer)

    async def ask_all() -> list[Reply]:
        return await asyncio.gather(*(provider.complete(REQUEST) for _ in range(4)))

    began = time.monotonic()
    assert len(asyncio.run(ask_all())) == 4
    assert time.monotonic() - began < 0.7


@pytest.mark.parametrize(
    ("answer", "expected"),
    [
        ({"calls": [{"name": "a__b", "arguments": {"x": "ü"}}]}, RequestedCall("call-1", "a__b", '{"x": "ü"}')),
        ({"calls": [{"name": "a__b", "arguments": "{", "id": 7}]}, RequestedCall("7", "a__b", "{")),
    ],
)
def test_calls_are_written_as_json(answer: object, expected: RequestedCall) -> None:
    assert read_answer(answer, "mine:answer").calls == (expected,)


@pytest.mark.parametrize(
    "answer",
    [None, 7, ["Ja."], {"txt": "Ja."}, {"calls": [{"name": "a"}]}, {"calls": 7}, {"usage": {"tokens": 3}}],
)
def test_answer_of_another_form_ends_the_conversation(answer: object) -> None:
    with pytest.raises(ProviderFailure, match="mine:answer returned"):
        read_answer(answer, "mine:answer")


def test_exception_is_told_with_its_line(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "agent_raising.py").write_text("def answer(request):\n    return 1 / 0\n", encoding="utf-8")
    with pytest.raises(ProviderFailure, match=r"ZeroDivisionError: division by zero \(agent_raising\.py:2\)"):
        ask(load_function("agent_raising:answer", tmp_path))


@pytest.mark.parametrize(
    ("target", "message"),
    [
        ("agent_fine", "names no function"),
        ("agent_fine:no such", "names no function"),
        ("agent_fine:missing", "has no function 'missing'"),
        ("agent_fine:number", "has no function 'number'"),
        ("agent_missing:answer", "cannot be imported: ModuleNotFoundError"),
        ("agent_broken:answer", r"cannot be imported: RuntimeError: nicht so \(agent_broken\.py:1\)"),
    ],
)
def test_function_that_is_not_there_is_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, target: str, message: str
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "agent_fine.py").write_text("number = 7\n", encoding="utf-8")
    (tmp_path / "agent_broken.py").write_text("raise RuntimeError('nicht so')\n", encoding="utf-8")
    with pytest.raises(KiwerkError, match=message):
        load_function(target, tmp_path)
