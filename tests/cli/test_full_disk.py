"""A disk that is full while a run is held: a clear error, nothing half-written, and the run goes on later."""

from __future__ import annotations

import resource
import sqlite3
import subprocess
import sys
from pathlib import Path

import pytest

from kiwerk.store import Store
from tests.support.loop import Workplace, make_workplace, serve_references


@pytest.fixture(name="place")
def fixture_place(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Workplace:
    place = make_workplace(tmp_path, capsys)
    policy = place.root / "evals/standard.yaml"
    policy.write_text(policy.read_text(encoding="utf-8").replace("critical: 5", "critical: 60"), encoding="utf-8")
    return place


def evaluate(place: Workplace, url: str, most_bytes: int) -> subprocess.CompletedProcess[str]:
    """A run in a process that may write no file beyond a size, which the system refuses as a full disk does."""
    limit = f"import resource; resource.setrlimit(resource.RLIMIT_FSIZE, ({most_bytes}, {most_bytes}))"
    program = f"{limit}; import sys; from kiwerk.cli import main; main(sys.argv[1:])"
    command = [sys.executable, "-c", program, "eval", "--base-url", url, "--repo", str(place.root)]
    return subprocess.run(command, check=False, capture_output=True, text=True)


@pytest.mark.parametrize("most_bytes", [1_000, 60_000, 150_000])
def test_full_disk_is_a_clear_error_and_the_run_is_carried_on(place: Workplace, most_bytes: int) -> None:
    assert resource.getrlimit(resource.RLIMIT_FSIZE)[0] == resource.RLIM_INFINITY
    with serve_references(place.root) as url:
        full = evaluate(place, url, most_bytes)
        assert full.returncode == 2, full.stdout + full.stderr
        assert "store.sqlite3: The records cannot be read or written: " in full.stderr
        assert "help: Look at free space and rights" in full.stderr
        assert "Traceback" not in full.stderr
        with sqlite3.connect(place.root / ".kiwerk/store.sqlite3") as database:
            assert database.execute("PRAGMA integrity_check").fetchone() == ("ok",)
        with Store(place.root) as store:
            held = sum(len(store.load_conversations(run.id)) for run in store.load_runs())
        assert held < 63
        again = place.run("eval", "--base-url", url)
    assert again.code == 0
    assert (f"{held} conversations resumed" in again.out) is (held > 0)
    assert "model samples 60/60 passed" in again.out
