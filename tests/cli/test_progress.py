"""What a run shows on standard error while it runs: on a real terminal, in a log, and not at all."""

from __future__ import annotations

import os
import pty
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from kiwerk.cli.progress import format_progress, show_progress
from kiwerk.pipeline.progress import Progress
from tests.support.long_run import SAMPLES, make_long_workplace, serve_slowly
from tests.support.loop import Workplace


@pytest.fixture(name="place")
def fixture_place(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Workplace:
    return make_long_workplace(tmp_path, capsys)


@pytest.fixture(name="url")
def fixture_url(place: Workplace) -> Iterator[str]:
    with serve_slowly(place, 0.12) as server:
        yield server.base_url


def command(place: Workplace, *more: str) -> list[str]:
    return [sys.executable, "-m", "kiwerk", "eval", "--repo", str(place.root), *more]


def run_on_terminal(arguments: list[str]) -> tuple[str, float]:
    """What a command writes to standard error where that is a terminal, and how long it took."""
    ours, theirs = pty.openpty()
    began = time.monotonic()
    environment = {**os.environ, "TERM": "xterm-256color", "COLUMNS": "200"}
    with subprocess.Popen(arguments, stdout=subprocess.DEVNULL, stderr=theirs, env=environment) as process:
        os.close(theirs)
        shown = b""
        while True:
            try:
                part = os.read(ours, 65536)
            except OSError:  # Linux says so when the other end is closed
                break
            if not part:
                break
            shown += part
    os.close(ours)
    assert process.returncode == 0
    return shown.decode(), time.monotonic() - began


def test_terminal_shows_figures_and_is_left_clean(place: Workplace, url: str) -> None:
    shown, seconds = run_on_terminal(command(place, "--base-url", url))
    assert f"/{SAMPLES + 3} conversations, " in shown
    for figure in (" running", " passed", " tokens, ", " EUR", " left", "━"):
        assert figure in shown
    assert shown.count(" conversations, ") <= 10 * seconds + 1
    assert shown.rstrip().endswith(("\x1b[2K", "\x1b[?25h"))


def test_references_alone_are_over_before_there_is_anything_to_show(place: Workplace) -> None:
    assert place.run("eval").err == ""
    shown, _ = run_on_terminal(command(place))
    assert shown == ""


def make_progress(done: int, planned: int = 1000) -> Progress:
    return Progress(
        planned=planned, done=done, running=32, passed=done, failed=0, errored=0, tokens=0, eur=None, left_seconds=90.4
    )


def test_log_gets_a_line_a_tenth_and_never_many(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    seconds = 0.0
    monkeypatch.setattr("kiwerk.cli.progress.time.monotonic", lambda: seconds)
    with show_progress() as tell:
        for done in range(1, 1001):
            seconds += 0.11  # two minutes for all
            tell(make_progress(done))
    lines = capsys.readouterr().err.splitlines()
    assert len(lines) == 10
    assert lines[0] == "100/1000 conversations, 32 running; 100 passed; about 0:01:30 left"


def test_stop_is_told_at_once() -> None:
    stopping = replace(make_progress(7), is_stopping=True)
    assert format_progress(stopping).endswith("; nothing more begins; Ctrl-C again stops at once")
