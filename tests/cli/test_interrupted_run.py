"""A run may be killed at any moment: what was finished stays, the same command carries on, and totals are right."""

from __future__ import annotations

import random
import signal
import subprocess
import sys
import time
from collections.abc import Sequence
from pathlib import Path

import pytest

from kiwerk.store import Store
from tests.support.loop import Workplace, make_workplace, playbooks_of
from tests.support.openai_server import serve

DELAY_SECONDS = 0.03


def slow_server(root: Path) -> dict[str, object]:
    """A script whose every answer takes a while, so that a kill finds conversations in flight."""
    books = playbooks_of(root)
    for book in books:
        for step in book["steps"]:
            step["faults"] = [{"delay": DELAY_SECONDS, "times": None}]
    return {"playbooks": books}


def start(place: Workplace, url: str, *more: str) -> subprocess.Popen[str]:
    command: Sequence[str | Path] = [
        sys.executable,
        "-m",
        "kiwerk",
        "eval",
        "--base-url",
        url,
        "--repo",
        place.root,
        *more,
    ]
    return subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)


def count_held(root: Path) -> int:
    if not (root / ".kiwerk" / "store.sqlite3").exists():
        return 0
    with Store(root) as store:
        return sum(len(store.load_conversations(run.id)) for run in store.load_runs())


@pytest.fixture(name="place")
def fixture_place(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Workplace:
    place = make_workplace(tmp_path, capsys)
    policy = place.root / "evals/standard.yaml"
    policy.write_text(policy.read_text(encoding="utf-8").replace("critical: 5", "critical: 60"), encoding="utf-8")
    return place


@pytest.mark.parametrize("seed", range(3))
def test_killed_run_is_carried_on_and_its_totals_are_right(place: Workplace, seed: int) -> None:
    chance = random.Random(seed)  # noqa: S311  # moments to kill at, not secrets
    held = 0
    with serve(slow_server(place.root)) as server:
        for _ in range(3):
            process = start(place, server.base_url)
            time.sleep(chance.uniform(0.3, 1.2))
            process.kill()
            process.communicate()
            now_held = count_held(place.root)
            assert now_held >= held
            held = now_held
        finished = start(place, server.base_url, "--format", "json")
        out, err = finished.communicate()
    assert finished.returncode == 0, err
    with Store(place.root) as store:
        runs = store.load_runs()
    last = runs[0]
    assert last.complete
    assert len(last.results) == last.planned == 63
    assert [run.id for run in runs if run.finished is None] == []
    assert '"passed": 60' in out


def test_interrupted_run_is_not_green(place: Workplace) -> None:
    with serve(slow_server(place.root)) as server:
        process = start(place, server.base_url)
        while count_held(place.root) < 5 and process.poll() is None:
            time.sleep(0.02)
        process.kill()
        process.communicate()
    assert 5 <= count_held(place.root) < 63
    gate = place.run("gate", "--env", "staging")
    assert gate.code == 1
    show = place.run("show")
    assert (show.code, "was interrupted" in show.err) == (2, True)


def test_ctrl_c_exits_130_and_keeps_what_was_finished(place: Workplace) -> None:
    with serve(slow_server(place.root)) as server:
        process = start(place, server.base_url, "--max-in-flight", "4")
        while count_held(place.root) < 5 and process.poll() is None:
            time.sleep(0.02)
        process.send_signal(signal.SIGINT)
        _, err = process.communicate()
        assert process.returncode == 130
        assert "Interrupted" in err
        assert "Traceback" not in err
        held = count_held(place.root)
        resumed = start(place, server.base_url)
        out, _ = resumed.communicate()
    assert resumed.returncode == 0
    assert f"{held} conversations resumed" in out


def test_two_runs_at_once_do_not_harm_each_other(place: Workplace) -> None:
    with serve(slow_server(place.root)) as server:
        both = [start(place, server.base_url) for _ in range(2)]
        codes = [process.communicate() and process.returncode for process in both]
    assert codes == [0, 0]
    with Store(place.root) as store:
        runs = store.load_runs()
    assert len(runs) == 2
    assert all(run.complete and len(run.results) == 63 for run in runs)
