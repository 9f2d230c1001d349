from __future__ import annotations

import sys
from random import Random
from typing import Any

import pytest

from kiwerk.language import bounded
from kiwerk.load.source import Source
from kiwerk.record import StateChange, ToolCall
from kiwerk.run.mock import MockBackend, MockFailure, find_changes
from kiwerk.run.python_code import CodeFailure
from kiwerk.run.python_mock import PythonMock
from kiwerk.spec import Toolset

PATH = "agents/firma/kalender.py"
OPERATION = {"description": "d", "effect": "read", "outcomes": ["ok", "belegt"], "parameters": {"type": "object"}}


def backend(text: str, state: dict[str, Any] | None = None, seed: int = 0, **more: Any) -> MockBackend:
    operations = {"buchen": OPERATION, "pruefen": OPERATION}
    mock = {"python": True, "calls": {"pruefen": [{"outcome": "ok", "result": "clause"}]}}
    toolset = Toolset.model_validate({"kind": "Toolset", "operations": operations, "mock": mock})
    code = {"kalender": Source(PATH, text)}
    states = {"kalender": state or {}}
    return MockBackend({"kalender": toolset}, states, "2026-11-27T10:00", code=code, seed=seed, **more)


def call(text: str, state: dict[str, Any] | None = None, **arguments: Any) -> ToolCall:
    return backend(text, state).call("kalender.buchen", arguments)


def test_function_answers_with_the_words_of_a_clause_and_what_it_does_to_the_state_is_noted() -> None:
    text = """
def buchen(args, state, now, random):
    state["termine"].append({"beginn": args["beginn"], "am": now})
    state["frei"].remove(args["beginn"])
    state["zahl"] += 1
    return {"outcome": "ok", "result": {"nummer": state["zahl"]}, "delay": 2}
"""
    made = call(text, {"termine": [], "frei": ["mo", "di"], "zahl": 6, "rest": [1]}, beginn="mo")
    assert (made.outcome, made.result, made.delay_seconds) == ("ok", {"nummer": 7}, 2)
    assert made.changes == (
        StateChange(action="append", path="kalender.termine", value={"beginn": "mo", "am": "2026-11-27T10:00"}),
        StateChange(action="remove", path="kalender.frei", value="mo"),
        StateChange(action="set", path="kalender.zahl", value=7),
    )


def test_clauses_come_first_and_functions_answer_the_rest() -> None:
    mock = backend("def pruefen(): 1 / 0\ndef buchen(): return {'outcome': 'belegt'}")
    assert mock.call("kalender.pruefen", {}).result == "clause"
    assert mock.call("kalender.buchen", {}).outcome == "belegt"


def test_failures_and_faults_are_errors_of_the_operation() -> None:
    text = """
def buchen(args):
    return {"error": "gesperrt"} if args else {"fault": "timeout"}
"""
    assert (call(text, x=1).outcome, call(text, x=1).result) == ("error", {"error": "gesperrt"})
    assert (call(text).outcome, call(text).fault, call(text).delay_seconds) == ("error", "timeout", 30)


def test_fault_of_the_case_comes_before_the_function() -> None:
    mock = backend("def buchen(): 1 / 0", faults={"kalender.buchen": "timeout"})
    assert mock.call("kalender.buchen", {}).fault == "timeout"


def test_conversations_share_nothing_but_the_text() -> None:
    text = """
gesehen = []

def buchen(state):
    gesehen.append(1)
    state["liste"].append(1)
    return {"outcome": "ok", "result": [len(gesehen), len(state["liste"])]}
"""
    state: dict[str, Any] = {"liste": []}
    first, second = backend(text, state), backend(text, state)
    assert [first.call("kalender.buchen", {}).result for _ in range(2)] == [[1, 1], [2, 2]]
    assert second.call("kalender.buchen", {}).result == [1, 1]
    assert state == {"liste": []}


def test_chance_follows_from_the_seed_alone() -> None:
    text = "def buchen(random): return {'outcome': 'ok', 'result': random.random()}"

    def draw(seed: int) -> list[Any]:
        mock = backend(text, seed=seed)
        return [mock.call("kalender.buchen", {}).result for _ in range(3)]

    assert draw(1) == draw(1) != draw(2)


def test_arguments_and_results_are_copies() -> None:
    text = """
behalten = {}
def buchen(args):
    args["neu"] = 1
    behalten[str(len(behalten))] = 1
    return {"outcome": "ok", "result": behalten}
"""
    mock = backend(text)
    arguments: dict[str, Any] = {}
    first = mock.call("kalender.buchen", arguments)
    second = mock.call("kalender.buchen", arguments)
    assert (arguments, first.arguments) == ({}, {})
    assert (first.result, second.result) == ({"0": 1}, {"0": 1, "1": 1})


def test_dataclasses_work_and_no_module_is_left_behind() -> None:
    text = """
from __future__ import annotations
from dataclasses import dataclass

@dataclass
class Termin:
    beginn: str

def buchen():
    return {"outcome": "ok", "result": Termin("mo").beginn}
"""
    before = set(sys.modules)
    assert call(text).result == "mo"
    assert not [name for name in set(sys.modules) - before if PATH in name]


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("def buchen(state):\n    return state['fehlt']", rf"{PATH}:2: KeyError: 'fehlt'"),
        ("import json\n\ndef buchen():\n    json.loads('{')", rf"{PATH}:4: JSONDecodeError: Expecting"),
        ("x = 1 / 0\ndef buchen(): pass", rf"{PATH}:1: ZeroDivisionError: division by zero"),
        ("import sys\ndef buchen(): sys.exit(3)", rf"{PATH}:2: SystemExit: 3"),
        ("def buchen(): assert False", rf"{PATH}:1: AssertionError$"),
        ("", "has no function buchen"),
        ("def buchen(): pass", "buchen returns NoneType, not a mapping"),
        ("def buchen(): return {'ergebnis': 1}", "returns the key 'ergebnis'; keys are outcome, result"),
        ("def buchen(): return {'outcome': 'frei'}", "answers with the outcome frei; it has ok, belegt, error"),
        ("def buchen(): return {'result': 1}", "answers with the outcome None"),
        ("def buchen(): return {'outcome': 5}", "returns outcome: Input should be a valid string"),
        ("def buchen(): return {'outcome': 'ok', 'delay': -1}", "returns delay: Input should be greater"),
        ("def buchen(): return {'fault': 'empty', 'result': 1}", "nobody would get the result"),
        ("def buchen(): return {'outcome': 'ok', 'result': {1, 2}}", "what buchen returns is not JSON"),
        ("def buchen(): return {'outcome': 'ok', 'result': float('nan')}", "what buchen returns is not JSON"),
        ("def buchen(state):\n    state['x'] = object()\n    return {'outcome': 'ok'}", "the state is not JSON"),
        ("def buchen(state):\n    state.pop('frei')\n    return {'outcome': 'ok'}", "takes frei out of the state"),
    ],
)
def test_what_is_wrong_with_the_code_ends_the_conversation_and_says_where(text: str, message: str) -> None:
    mock = backend(text, {"frei": []})
    with pytest.raises(MockFailure, match=message) as caught:
        mock.call("kalender.buchen", {})
    assert str(caught.value).startswith("the mock of kalender.buchen")
    assert mock.state == {"kalender": {"frei": []}}


def test_endless_code_is_stopped(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bounded, "SECONDS", 0.05)
    with pytest.raises(MockFailure, match="takes too long"):
        call("def buchen():\n    while True: pass")


def test_what_is_printed_does_not_get_into_a_report(capsys: pytest.CaptureFixture[str]) -> None:
    call("print('oben')\ndef buchen():\n    print('unten')\n    return {'outcome': 'ok'}")
    shown = capsys.readouterr()
    assert (shown.out, shown.err) == ("", "oben\nunten\n")


def test_nothing_is_run_before_the_first_call() -> None:
    mock = PythonMock(Source(PATH, "1 / 0"), Random(0))  # noqa: S311
    with pytest.raises(CodeFailure, match="ZeroDivisionError"):
        mock.answer("buchen", {}, {}, None)


@pytest.mark.parametrize(
    ("before", "after", "changes"),
    [
        ({"a": 1}, {"a": 1}, []),
        ({"a": 1}, {"a": True}, [("set", True)]),
        ({}, {"a": None}, [("set", None)]),
        ({"a": [1]}, {"a": [1, 2]}, [("append", 2)]),
        ({"a": [1, 2, 1]}, {"a": [1, 2]}, [("remove", 1)]),
        ({"a": [1, 2, 1]}, {"a": [2, 1]}, [("remove", 1)]),
        ({"a": [1, 2]}, {"a": [2, 1]}, [("set", [2, 1])]),
        ({"a": [1]}, {"a": "b"}, [("set", "b")]),
    ],
)
def test_changes_make_one_state_from_the_other(
    before: dict[str, Any], after: dict[str, Any], changes: list[tuple[str, object]]
) -> None:
    found = list(find_changes("k", before, after))
    assert [(change.action, change.path, change.value) for change in found] == [
        (action, "k.a", value) for action, value in changes
    ]


def test_function_finds_no_secret_in_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("KIWERK_API_KEY", "secret")
    text = """
import os
BEFORE = os.environ.get("KIWERK_API_KEY")
def buchen():
    return {"outcome": "ok", "result": [BEFORE, os.environ.get("KIWERK_API_KEY")]}
"""
    assert call(text).result == [None, None]
