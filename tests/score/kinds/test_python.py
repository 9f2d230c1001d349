from __future__ import annotations

from typing import Any

import pytest

from kiwerk.load.source import Source
from kiwerk.record import Score
from kiwerk.score import score_transcript
from kiwerk.score.scope import World
from kiwerk.spec.expectation import Expectation
from tests.support.transcripts import agent, call, transcript, user

TALK = transcript(
    user("Einen Termin, bitte."),
    agent("Gern, wann?"),
    user("Dienstag."),
    agent("Gebucht.", call("kalender.buchen:ok", beginn="2026-12-01T14:30")),
    state={"kalender": {"termine": [1]}},
)


def judge(code: str, turn: int | None = None, **more: Any) -> Score:
    expectation = Expectation.model_validate(
        {"python": {"file": "p.py", "function": "f", **more.pop("check", {})}, **more}
    )
    world = World(checks={"p.py": Source("evals/a/p.py", code)})
    return score_transcript(TALK, [(turn, expectation)], {}, world=world)[0]


@pytest.mark.parametrize(
    ("code", "passes"),
    [
        ("def f(): return True", True),
        ("def f(): return False", False),
        ("def f(): return False, 'nichts'", False),
        ("def f(conversation): return len(conversation['replies']) == 2", True),
        ("def f(conversation): return conversation['replies'][1]['calls'][0]['operation'] == 'kalender.buchen'", True),
        ("def f(conversation): return conversation['turns'][0]['role'] == 'user'", True),
        ("def f(conversation): return conversation['state']['kalender']['termine'] == [1]", True),
        ("def f(given): return given == {'hoechstens': 2}", True),
        ("import re\ndef f(conversation): return bool(re.search('wann', conversation['replies'][0]['text']))", True),
    ],
)
@pytest.mark.parametrize("negated", [False, True])
def test_function_decides(code: str, *, passes: bool, negated: bool) -> None:
    more: dict[str, Any] = {"not": True} if negated else {}
    score = judge(code, check={"with": {"hoechstens": 2}}, **more)
    assert score.status == ("passed" if passes is not negated else "failed"), score.message


def test_message_says_what_was_found() -> None:
    assert judge("def f(): return False, 'nur  zwei\\nWorte.'").message == (
        "Expected p.py:f to hold in the conversation; found nur zwei Worte."
    )
    assert (
        judge("def f(): return False").message == "Expected p.py:f to hold in the conversation; found that it does not."
    )


def test_at_a_turn_it_gets_the_replies_to_that_turn() -> None:
    code = "def f(conversation): return [reply['text'] for reply in conversation['replies']] == ['Gern, wann?']"
    assert judge(code, turn=0).status == "passed"
    assert judge(code).status == "failed"


@pytest.mark.parametrize("negated", [{}, {"not": True}])
@pytest.mark.parametrize(
    ("code", "reason"),
    [
        ("x = 1\ndef f(conversation):\n    return conversation['nix']", "evals/a/p.py:3: KeyError: 'nix'"),
        ("raise ValueError('kaputt')", "evals/a/p.py:1: ValueError: kaputt"),
        ("def g(): return True", "evals/a/p.py has no function f"),
        ("def f(): return 'ja'", "f returns str, not True or False"),
        ("def f(): pass", "f returns NoneType, not True or False"),
        ("def f(): return True, 1", "f returns tuple, not True or False"),
        ("async def f(): return True", "f returns coroutine"),
        ("import sys\ndef f(): sys.exit(3)", "SystemExit: 3"),
    ],
)
@pytest.mark.filterwarnings("ignore:coroutine 'f' was never awaited")
def test_function_that_fails_is_errored_with_its_line(code: str, reason: str, negated: dict[str, Any]) -> None:
    score = judge(code, **negated)
    assert score.status == "errored"
    assert reason in score.message


def test_function_that_takes_too_long_is_stopped(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("kiwerk.language.bounded.SECONDS", 0.05)
    score = judge("def f():\n    while True: pass")
    assert (score.status, "takes too long" in score.message) == ("errored", True)


def test_function_cannot_change_what_others_see() -> None:
    judge("def f(conversation):\n    conversation['state']['kalender']['termine'].clear()\n    return True")
    assert TALK.state == {"kalender": {"termine": [1]}}


def test_file_that_is_not_there_is_errored() -> None:
    expectation = Expectation.model_validate({"python": {"file": "p.py", "function": "f"}})
    score = score_transcript(TALK, [(None, expectation)], {})[0]
    assert (score.status, score.message) == ("errored", "It could not be judged: there is no p.py beside the suite.")


@pytest.mark.parametrize("file", ["../p.py", "a/p.py", "p.txt", "/p.py", "P.py", ".p.py"])
def test_file_is_one_beside_the_suite(file: str) -> None:
    with pytest.raises(ValueError, match="String should match pattern"):
        Expectation.model_validate({"python": {"file": file, "function": "f"}})


def test_function_finds_no_secret_in_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("KIWERK_SIGNING_KEY", "private")
    monkeypatch.setenv("ANTHROPIC_API_KEY", "secret")
    code = """
import os, subprocess, sys
SHOWN = "import os; print([name for name in os.environ if name.startswith(('KIWERK', 'ANTHROPIC'))])"
FOUND = [name for name in os.environ if name.startswith(("KIWERK", "ANTHROPIC"))]
def f():
    below = subprocess.run([sys.executable, "-c", SHOWN], capture_output=True, text=True).stdout.strip()
    return (FOUND, os.environ.get("KIWERK_SIGNING_KEY"), below) == ([], None, "[]"), f"{FOUND} {below}"
"""
    score = judge(code)
    assert score.status == "passed", score.message
