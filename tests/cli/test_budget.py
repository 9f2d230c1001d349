"""A run that stops: by a budget, by time, by Ctrl-C. It is partial, never green, and the same command carries on."""

from __future__ import annotations

import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from kiwerk.load.project import load_project
from kiwerk.pipeline.budget import Budget, open_meter
from kiwerk.pipeline.models import RecordedAccess
from kiwerk.record import Origin, Source, Usage, Vote, find_spending
from kiwerk.store import Store
from tests.support.long_run import PRICES, SAMPLES, make_long_workplace, serve_slowly
from tests.support.loop import Workplace, playbooks_of
from tests.support.openai_server import serve
from tests.support.transcripts import WHEN as NOW
from tests.support.transcripts import agent, transcript, user


@pytest.fixture(name="place")
def fixture_place(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Workplace:
    return make_long_workplace(tmp_path, capsys)


@pytest.fixture(name="url")
def fixture_url(place: Workplace) -> Iterator[str]:
    """A model whose every answer takes a moment, so that conversations are in flight."""
    with serve_slowly(place, 0.01) as server:
        yield server.base_url


def evaluate(place: Workplace, url: str, *more: str) -> Any:
    shown = place.run("eval", "--base-url", url, "--format", "json", *more)
    return shown.code, shown.json


def held(place: Workplace) -> int:
    if not (place.root / ".kiwerk/store.sqlite3").exists():
        return 0
    with Store(place.root) as store:
        return max((len(store.load_conversations(run.id)) for run in store.load_runs()), default=0)


def test_bill_names_tokens_and_euro_and_reused_samples_cost_nothing(place: Workplace, url: str) -> None:
    code, told = evaluate(place, url)
    assert code == 0
    [item] = told["bill"]["items"]
    assert (item["speaker"], item["conversations"], item["provider"]) == ("agent", SAMPLES, "loopback")
    tokens = item["usage"]["input_tokens"] + item["usage"]["output_tokens"]
    assert told["bill"]["eur"] == pytest.approx(tokens * 10000 / 1e6)
    assert item["requests"] == SAMPLES * 4
    code, again = evaluate(place, url)
    assert (code, again["bill"]) == (0, {"items": [], "eur": None, "prices": None})
    assert again["summary"]["total"]["reused"] == SAMPLES


def test_bill_stands_in_text_and_markdown(place: Workplace, url: str) -> None:
    shown = place.run("eval", "--base-url", url)
    assert f"agents: {SAMPLES * 4} requests, " in shown.out
    assert " EUR, loopback mistral-small-2506" in shown.out
    (place.root / "evals/preise.yaml").unlink()
    shown = place.run("eval", "--base-url", url, "--fresh", "--format", "markdown")
    assert "no price known for loopback mistral\\-small\\-2506" in shown.out


def test_what_is_measured_stands_in_the_report_and_fails_nothing(place: Workplace, url: str) -> None:
    suite = place.root / "evals/praxis-weber/empfang.yaml"
    measured = "      - address: sie\n      - latency: {max_seconds: 0.001}\n      - {id: teuer, cost: {max: 99999}}\n"
    suite.write_text(suite.read_text(encoding="utf-8").replace("      - address: sie\n", measured), encoding="utf-8")
    shown = place.run("eval", "--base-url", url)
    assert shown.code == 0
    assert f"0 of {SAMPLES} as expected" in shown.out
    assert f"{SAMPLES} of {SAMPLES} as expected" in shown.out
    assert "latency: median 0." in shown.out
    gating = suite.read_text(encoding="utf-8").replace(
        "{max_seconds: 0.001}", "{max_seconds: 0.001}\n        severity: block"
    )
    suite.write_text(gating, encoding="utf-8")
    shown = place.run("eval", "--base-url", url)
    assert (shown.code, f"model samples 0/{SAMPLES} passed, {SAMPLES} of them reused" in shown.out) == (1, True)


def test_budget_in_euro_stops_with_little_overspent_and_is_carried_on(place: Workplace, url: str) -> None:
    _, whole = evaluate(place, url, "--dry-run")
    code, told = evaluate(place, url, "--max-cost", "100")
    stopped = told["run"]["partial"]
    assert code == 1
    assert stopped["reason"].startswith("budget of 100.00 EUR spent (1")
    assert (stopped["held"] + sum(stopped["missing"].values()), told["run"]["finished"]) == (SAMPLES + 3, None)
    one = told["bill"]["eur"] / told["bill"]["items"][0]["conversations"]
    # four begin before anything is known; then no more than the rest pays
    assert 100 <= told["bill"]["eur"] < 100 + one
    assert whole["cost_eur"]["low"] > 200
    assert held(place) == stopped["held"]
    code, rest = evaluate(place, url)
    assert (code, rest["run"]["partial"], rest["summary"]["total"]["model"]["passed"]) == (0, None, SAMPLES)
    assert rest["run"]["id"] == told["run"]["id"]


def test_stopped_run_says_what_is_missing_and_no_policy_judges_it(place: Workplace, url: str) -> None:
    shown = place.run("eval", "--base-url", url, "--max-tokens", "5000", "--env", "staging")
    assert shown.code == 1
    said = " ".join(shown.out.split())
    assert f"of {SAMPLES + 3} conversations, stopped: budget of 5,000 tokens spent (" in said
    assert "; missing: praxis-weber/empfang " in said
    assert "the same command carries on" in shown.out
    assert "staging" not in shown.out
    shown = place.run("eval", "--base-url", url, "--max-tokens", "1", "--fresh", "--format", "markdown")
    assert "### Evaluation: partial, " in shown.out


def test_budget_that_is_not_reached_changes_nothing(place: Workplace, url: str) -> None:
    code, told = evaluate(place, url, "--max-cost", "100000", "--max-tokens", "100000000", "--timeout", "1h")
    assert (code, told["run"]["partial"]) == (0, None)


def test_budget_in_euro_without_a_price_is_refused_before_anything_is_asked(place: Workplace) -> None:
    (place.root / "evals/preise.yaml").unlink()
    with serve({"playbooks": playbooks_of(place.root)}) as server:
        shown = place.run("eval", "--base-url", server.base_url, "--max-cost", "5")
        assert server.requests == []
    assert shown.code == 2
    assert "No price is known for mistral-small-2506 of loopback, so no budget in euro can be kept" in shown.err
    assert "kiwerk new prices NAME" in shown.err
    assert not (place.root / ".kiwerk").exists()


def test_time_that_is_over_stops_and_cuts_off_what_does_not_end(
    place: Workplace, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("kiwerk.pipeline.budget.GRACE_SECONDS", 0.2)
    with serve_slowly(place, 30) as server:
        began = time.monotonic()
        code, told = evaluate(place, server.base_url, "--timeout", "1s")
        assert time.monotonic() - began < 10
    assert code == 1
    assert told["run"]["partial"]["reason"] == "time-out of 1 second over, and what was in flight was cut off"
    assert told["run"]["partial"]["held"] == 3


def test_time_that_is_over_lets_what_is_in_flight_end(place: Workplace) -> None:
    with serve_slowly(place, 0.4) as server:
        code, told = evaluate(place, server.base_url, "--timeout", "1s")
    assert code == 1
    assert told["run"]["partial"]["reason"] == "time-out of 1 second over"
    assert told["summary"]["total"]["model"]["passed"] >= 8


@pytest.mark.parametrize("wrong", ["--max-cost=0", "--max-cost=-1", "--max-tokens=0", "--timeout=0s", "--timeout=bald"])
def test_budget_that_is_none_is_refused(place: Workplace, wrong: str) -> None:
    assert place.run("eval", wrong).code == 2


def interrupt(place: Workplace, url: str, seconds: float, presses: int) -> tuple[int, str, str, float]:
    """A run in a process of its own, with Ctrl-C once something is held; how long it took from then on."""
    command = [sys.executable, "-m", "kiwerk", "eval", "--base-url", url, "--repo", str(place.root)]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    while held(place) < 3 and process.poll() is None:
        time.sleep(0.02)
    time.sleep(seconds)
    began = time.monotonic()
    for _ in range(presses):
        process.send_signal(signal.SIGINT)
        time.sleep(0.3)
    out, err = process.communicate()
    return process.returncode, out, err, time.monotonic() - began


def test_ctrl_c_lets_what_is_in_flight_end_and_says_what_is_missing(place: Workplace) -> None:
    with serve_slowly(place, 0.3) as server:
        code, out, err, _ = interrupt(place, server.base_url, 0.3, 1)
    assert code == 130
    assert "nothing more begins; Ctrl-C again stops at once" in err
    assert err.endswith("Interrupted\n")
    assert "conversations, stopped: interrupted; missing: praxis-weber/empfang " in " ".join(out.split())
    # those that were in flight are kept
    assert held(place) >= 3 + 8


def test_second_ctrl_c_stops_at_once(place: Workplace) -> None:
    with serve_slowly(place, 30) as server:
        code, out, err, seconds = interrupt(place, server.base_url, 0.3, 2)
    assert (code, out) == (130, "")
    assert "Traceback" not in err
    assert seconds < 10
    assert held(place) == 3


def test_budget_in_euro_needs_the_price_of_judges_too(place: Workplace) -> None:
    suite = place.root / "evals/praxis-weber/empfang.yaml"
    text = suite.read_text(encoding="utf-8")
    suite.write_text(text.replace("      - address: sie\n", "      - address: sie\n      - judge: hilft\n"), "utf-8")
    judge = 'kind: Judge\nrubric: Hilft der Agent?\nmodel: {name: "mistral:richter-2601"}\n'
    (place.root / "evals/praxis-weber/hilft.yaml").write_text(judge, encoding="utf-8")
    prices = place.root / "evals/preise.yaml"
    prices.write_text(PRICES.replace('["*"]', "[mistral-small-2506]"), encoding="utf-8")
    with serve({"playbooks": playbooks_of(place.root)}) as server:
        shown = place.run("eval", "--base-url", server.base_url, "--max-cost", "5")
        assert server.requests == []
    assert (shown.code, "No price is known for richter-2601 of loopback" in shown.err) == (2, True), shown.out


def test_replays_spend_nothing_and_no_budget_stops_them(place: Workplace, url: str) -> None:
    evaluate(place, url)
    shown = place.run("eval", "--provider", "recorded", "--max-cost", "0.01", "--max-tokens", "1", "--format", "json")
    assert shown.code == 0
    assert (shown.json["run"]["partial"], shown.json["bill"]["items"]) == (None, [])
    assert shown.json["summary"]["total"]["others"] == {"recorded": {"passed": SAMPLES, "total": SAMPLES}}


def test_judges_of_replays_are_paid_for(place: Workplace) -> None:
    project = load_project(place.root)
    meter = open_meter(project, NOW.date(), (), Budget(cost_eur=5), RecordedAccess(place.root, None))
    source = Source(origin="model", provider="loopback", model="mistral:richter-2601")
    usage = Usage(input_tokens=1000)
    meter.add_vote(Vote(judge="j", exhibit="e", asked=NOW, source=source, text="", answer=None, usage=usage))
    assert (meter.may_begin(), meter.stopped) == (False, "budget of 5.00 EUR spent (10.00 EUR)")


@pytest.mark.parametrize(
    ("origin", "is_paid"), [("model", True), ("python", True), ("recorded", False), ("imported", False)]
)
def test_only_who_is_asked_now_is_paid_for(origin: Origin, *, is_paid: bool) -> None:
    spoken = agent("Gern.").model_copy(update={"usage": Usage(input_tokens=1000, output_tokens=10)})
    held = transcript(user(), spoken).model_copy(update={"source": Source(origin=origin)})
    assert bool(find_spending(held)) is is_paid
