from __future__ import annotations

import io
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from kiwerk.providers import vendors
from tests.support.answers import Answer, serve_answers
from tests.support.example import edit
from tests.support.loop import Workplace, make_workplace, serve_references

SAID = "Guten Tag, einen Termin bitte, am liebsten Dienstag um halb drei. Erika Beispiel, 030 23125 042.\n/quit\n"


@pytest.fixture(name="place")
def fixture_place(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Workplace:
    return make_workplace(tmp_path, capsys)


def test_native_model_is_sampled_like_any_other(place: Workplace, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MISTRAL_API_KEY", "demo")
    with serve_references(place.root) as url:
        monkeypatch.setenv("MISTRAL_BASE_URL", url.removesuffix("/v1"))
        first = place.run("eval", "--provider", "native", "--format", "json")
        assert first.code == 0, first.err
        total = first.json["summary"]["total"]
        assert total["model"]["passed"] == total["model"]["total"] == 5
        sources = {str(result["source"]) for result in first.json["run"]["results"] if result["source"]["host"]}
        assert len(sources) == 1
        assert "'provider': 'loopback'" in sources.pop()
        again = place.run("eval", "--provider", "native", "--format", "json")
    assert again.json["summary"]["total"]["reused"] == 5


def test_native_model_can_be_talked_to(place: Workplace, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MISTRAL_API_KEY", "demo")
    monkeypatch.setattr("sys.stdin", io.StringIO(SAID))
    with serve_references(place.root) as url:
        monkeypatch.setenv("MISTRAL_BASE_URL", url.removesuffix("/v1"))
        shown = place.run("chat", "empfang", "--provider", "native")
    assert shown.code == 0, shown.err
    assert "→ kalender.pruefen" in shown.out


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["--provider", "nativ"], "There is no provider 'nativ'"),
        (["--provider", "openai"], "Name it with --base-url URL"),
        (["--provider", "native"], "Set MISTRAL_API_KEY"),
        (["--provider", "native", "--stream"], "do not come in pieces"),
        (["--provider", "python:no_such_module:answer"], "cannot be imported"),
        (["--provider", "endpoint:missing.yaml"], "missing.yaml"),
    ],
)
def test_provider_that_cannot_be_asked_is_told_before_anything_is_run(
    place: Workplace, monkeypatch: pytest.MonkeyPatch, arguments: list[str], message: str
) -> None:
    monkeypatch.delenv("MISTRAL_API_KEY", raising=False)
    shown = place.run("eval", *arguments)
    assert (shown.code, message in shown.err) == (2, True)
    assert not (place.root / ".kiwerk").exists()


def test_doctor_says_what_native_access_needs(place: Workplace, monkeypatch: pytest.MonkeyPatch) -> None:
    def examine() -> dict[str, str]:
        symptoms = place.run("doctor", "--format", "json").json["symptoms"]
        [found] = [item for item in symptoms if item["name"] == "native"]
        return dict(found)

    monkeypatch.setenv("MISTRAL_API_KEY", "very-secret")
    assert examine()["state"] == "fine"
    monkeypatch.delenv("MISTRAL_API_KEY")
    monkeypatch.setattr(vendors, "_is_there", lambda _: False)
    found = examine()
    assert found["state"] == "absent"
    assert "pip install 'kiwerk[mistral]', and set MISTRAL_API_KEY" in found["remedy"]
    assert "very-secret" not in str(found)


def sample(place: Workplace) -> None:
    with serve_references(place.root) as url:
        assert place.run("eval", "--base-url", url).code == 0


def others(place: Workplace, *arguments: str) -> tuple[int, dict[str, dict[str, int]], list[dict[str, Any]]]:
    """Exit code, figures of what is no evidence, and its results."""
    shown = place.run("eval", *arguments, "--format", "json")
    results = [
        result
        for result in shown.json["run"]["results"]
        if result["conversation"]["origin"] not in ("reference", "counterexample")
    ]
    return shown.code, shown.json["summary"]["total"]["others"], results


def test_stored_samples_are_said_again_without_a_model(place: Workplace) -> None:
    sample(place)
    code, figures, results = others(place, "--provider", "recorded")
    assert (code, figures) == (0, {"recorded": {"passed": 5, "total": 5}})
    assert len({result["source"]["replay"]["transcript"] for result in results}) == 5
    assert all(result["source"]["replay"]["same_prompt"] for result in results)
    assert "5/5" in place.run("eval", "--provider", "recorded").out
    shown = place.run("show", "last", "dienstag-halb-drei", "--variant", "recorded").out
    assert "held with the prompt of today in the situation of today" in shown


def test_replay_after_an_edit_says_what_was_other_then(place: Workplace) -> None:
    sample(place)
    edit(place.root / "agents/praxis-weber/empfang.yaml", "Du bist der", "Du bist heute der")
    edit(place.root / "agents/praxis-weber/kalender.yaml", "result: {frei: true}", 'result: {frei: true, raum: "1"}')
    code, figures, results = others(place, "--provider", "recorded")
    assert (code, figures["recorded"]["passed"]) == (0, 5)
    assert [results[0]["source"]["replay"][key] for key in ("same_prompt", "same_situation")] == [False, False]


def test_replay_that_goes_otherwise_is_errored(place: Workplace) -> None:
    sample(place)
    edit(place.root / "evals/praxis-weber/empfang.yaml", "- user: Ja, das passt.", "- user: Ja, gern.")
    code, figures, results = others(place, "--provider", "recorded")
    assert (code, figures["recorded"]["passed"]) == (1, 0)
    assert {result["status"] for result in results} == {"errored"}
    assert "heard other words in user turn 2" in results[0]["reason"]


def test_replays_are_no_evidence(place: Workplace) -> None:
    sample(place)
    before = place.run("gate", "--env", "staging", "--format", "json").json["verdicts"][0]["samples"]
    assert place.run("eval", "--provider", "recorded").code == 0
    assert place.run("gate", "--env", "staging", "--format", "json").json["verdicts"][0]["samples"] == before == 5
    assert place.run("eval", "--provider", "recorded", "--format", "json").json["summary"]["total"]["reused"] == 0


def test_case_without_a_sample_is_skipped_with_the_reason(place: Workplace) -> None:
    _, figures, results = others(place, "--provider", "recorded")
    assert figures == {}
    assert [(result["status"], result["reason"]) for result in results] == [("skipped", "no sample of it is stored")]


def test_recording_can_be_talked_to_in_its_case(place: Workplace, monkeypatch: pytest.MonkeyPatch) -> None:
    sample(place)
    monkeypatch.setattr("sys.stdin", io.StringIO("\n\n"))
    shown = place.run("chat", "empfang", "--provider", "recorded", "--case", "dienstag-halb-drei")
    assert shown.code == 0, shown.err
    assert "→ kalender.buchen" in shown.out
    alone = place.run("chat", "empfang", "--provider", "recorded")
    assert (alone.code, "A recording speaks in a case alone" in alone.err) == (2, True)


FUNCTION = """
import asyncio, json

async def answer(request):
    said = [message for message in request["messages"] if message["role"] == "user"]
    made = [message for message in request["messages"] if message["role"] == "tool"]
    if len(said) == 1 and not made:
        return {"calls": [{"name": "kalender__pruefen", "arguments": {"beginn": "2026-12-01T14:30"}}]}
    if len(said) == 1:
        return "Dienstag, 1. Dezember, 14:30 Uhr ist frei. Soll ich buchen?"
    if len(made) == 1:
        arguments = {"beginn": "2026-12-01T14:30", "name": "Erika Beispiel", "telefon": "03023125042"}
        return {"calls": [{"name": "kalender__buchen", "arguments": json.dumps(arguments)}]}
    return {"text": "Ihr Termin ist gebucht."}
"""


def test_function_speaks_and_is_no_evidence(place: Workplace, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.syspath_prepend(place.root)
    (place.root / "agent_for_eval.py").write_text(FUNCTION, encoding="utf-8")
    code, figures, results = others(place, "--provider", "python:agent_for_eval:answer")
    assert (code, figures) == (0, {"python": {"passed": 5, "total": 5}})
    assert {result["source"]["provider"] for result in results} == {"python"}
    verdict = place.run("gate", "--env", "staging", "--format", "json").json["verdicts"][0]
    assert (verdict["samples"], verdict["decision"]) == (0, "not-judged")


def test_whoever_was_named_and_said_nothing_is_no_success(place: Workplace) -> None:
    shown = place.run("eval", "--provider", "recorded")
    assert (shown.code, "no sample of it is stored" in shown.out) == (1, True)
    empty = place.run("eval", "--base-url", "")
    assert (empty.code, "it is empty: set it" in empty.err) == (2, True)


BOT = """
kind: Endpoint
webhook:
  url: URL
  headers: {Authorization: {variable: BOT_TOKEN, prefix: "Bearer "}}
  request: {session: =conversation_id, text: =message}
  reply: {text: =answer.say}
"""
TELLING = BOT.replace(
    "{text: =answer.say}",
    "{text: =answer.say, calls: =answer.tools, "
    "call: {operation: =call.name, arguments: =call.args, outcome: =call.got}}",
)
FREE = "Dienstag, 1. Dezember, 14:30 Uhr ist frei. Soll ich buchen?"
BOOKED = "Ihr Termin ist gebucht."
CHECKED = [{"name": "kalender.pruefen", "args": {"beginn": "2026-12-01T14:30"}, "got": "frei"}]
BOOKING = {"beginn": "2026-12-01T14:30", "name": "Erika Beispiel", "telefon": "03023125042"}


@pytest.fixture(name="bot")
def fixture_bot(monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    """An agent that books in its own calendar and tells of it."""
    booked = [{"name": "kalender.buchen", "args": BOOKING, "got": "ok"}]
    turns = Answer({"say": FREE, "tools": CHECKED}), Answer({"say": BOOKED, "tools": booked})
    monkeypatch.setenv("BOT_TOKEN", "very-secret")
    with serve_answers(*(turns * 5)) as server:
        yield server.url


def test_agent_elsewhere_is_judged_by_its_words_and_by_nothing_that_it_does_not_tell(
    place: Workplace, bot: str
) -> None:
    (place.root / "bot.yaml").write_text(BOT.replace("URL", bot), encoding="utf-8")
    code, figures, results = others(place, "--provider", f"endpoint:{place.root / 'bot.yaml'}", "--max-in-flight", "1")
    # its words are right, and that is not what the case demands
    assert (code, figures) == (1, {})
    assert results[0]["status"] == "skipped"
    assert results[0]["reason"] == "the endpoint does not tell what called, process must be judged by"
    statuses = {score["name"]: score["status"] for score in results[0]["scores"]}
    assert statuses == {
        "called": "skipped",
        "state": "skipped",
        "process": "skipped",
        "address": "passed",
        "erst-pruefen": "skipped",
        "nur-einmal": "skipped",
    }
    assert (results[0]["source"]["provider"], results[0]["source"]["host"]) == ("loopback", "127.0.0.1")
    verdict = place.run("gate", "--env", "staging", "--format", "json").json["verdicts"][0]
    assert (verdict["samples"], verdict["decision"]) == (0, "not-judged")


def test_token_that_the_agents_server_repeats_reaches_neither_records_nor_output(
    place: Workplace, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("BOT_TOKEN", "very-secret")
    with serve_answers(
        Answer({"error": {"message": "bad token in {'Authorization': 'Bearer very-secret'}"}}, 400)
    ) as server:
        (place.root / "bot.yaml").write_text(BOT.replace("URL", server.url), encoding="utf-8")
        shown = place.run("eval", "--provider", f"endpoint:{place.root / 'bot.yaml'}")
    assert "bad token in {'Authorization': 'Bearer ***'}" in " ".join(shown.out.split())
    assert "very-secret" not in shown.out + shown.err
    assert not [path for path in (place.root / ".kiwerk").iterdir() if b"very-secret" in path.read_bytes()]


def test_told_calls_are_judged_and_the_report_names_what_was_not(place: Workplace, bot: str) -> None:
    (place.root / "bot.yaml").write_text(TELLING.replace("URL", bot), encoding="utf-8")
    provider = f"endpoint:{place.root / 'bot.yaml'}"
    shown = place.run("eval", "--provider", provider, "--max-in-flight", "1")
    assert shown.code == 0, shown.out
    assert "5 conversations with expectations about what the agent does not tell: not judged" in shown.out
    read = place.run("show", "last", "dienstag-halb-drei", "--variant", "endpoint", "--format", "json").json
    statuses = {score["name"]: score["status"] for score in read["conversations"][0]["result"]["scores"]}
    assert statuses["called"] == statuses["process"] == statuses["erst-pruefen"] == "passed"
    assert statuses["state"] == "skipped"
    assert "very-secret" not in str(read)


def test_agent_elsewhere_can_be_talked_to(place: Workplace, bot: str, monkeypatch: pytest.MonkeyPatch) -> None:
    (place.root / "bot.yaml").write_text(TELLING.replace("URL", bot), encoding="utf-8")
    monkeypatch.setattr("sys.stdin", io.StringIO(SAID))
    shown = place.run("chat", "empfang", "--provider", f"endpoint:{place.root / 'bot.yaml'}")
    assert shown.code == 0, shown.err
    assert "→ kalender.pruefen" in shown.out
    assert "KI-Assistentin" not in shown.out, "its opening is its own"


def test_description_that_is_wrong_is_told_before_anything_is_run(place: Workplace) -> None:
    (place.root / "bot.yaml").write_text(BOT.replace("headers", "header"), encoding="utf-8")
    shown = place.run("eval", "--provider", f"endpoint:{place.root / 'bot.yaml'}")
    assert (shown.code, "bot.yaml:5:3: Unknown key 'header'" in shown.err) == (2, True), shown.err


def test_function_that_hangs_is_given_up_when_the_time_is_over(place: Workplace) -> None:
    """In a process of its own: what hangs must not keep it from ending."""
    (place.root / "hanging_agent.py").write_text("import time\n\ndef answer(request):\n    time.sleep(600)\n", "utf-8")
    code = (
        "import sys; from kiwerk.pipeline import budget; budget.GRACE_SECONDS = 1.0; from kiwerk import cli;"
        f"sys.exit(cli.run(['eval', '--provider', 'python:hanging_agent:answer', '--timeout', '1s', '--repo', "
        f"{str(place.root)!r}]))"
    )
    found = subprocess.run([sys.executable, "-c", code], check=False, capture_output=True, text=True, timeout=60)
    assert found.returncode == 1, found.stderr
    assert "time-out of 1 second over" in found.stdout
