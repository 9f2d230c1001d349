"""`kiwerk check --watch` as a process of its own."""

from __future__ import annotations

import os
import pty
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from kiwerk import cli
from tests.support.example import edit, write_example

TIMEOUT_SECONDS = 60


class Watcher:
    """The process with all that it has written."""

    def __init__(self, root: Path, output: Path, *, terminal: bool = False) -> None:
        self.output = output
        command = [sys.executable, "-m", "kiwerk", "check", "--watch", "--repo", str(root), "--now", "2026-11-27"]
        environment = {**os.environ, "TERM": "xterm"}
        self.main, inner = pty.openpty() if terminal else (-1, -1)
        with output.open("wb") as file:
            out = inner if terminal else file
            self.process = subprocess.Popen(command, stdout=out, stderr=file, env=environment)
        if terminal:
            os.close(inner)
            os.set_blocking(self.main, False)

    @property
    def shown(self) -> str:
        if self.main >= 0:
            try:
                with self.output.open("ab") as file:
                    file.write(os.read(self.main, 65536))
            except OSError:
                pass
        return self.output.read_text("utf-8")

    def wait(self, condition: Callable[[str], bool]) -> str:
        """What was written when the condition holds."""
        end = time.monotonic() + TIMEOUT_SECONDS
        while not condition(shown := self.shown):
            assert self.process.poll() is None, shown
            assert time.monotonic() < end, shown
            time.sleep(0.02)
        return shown


@contextmanager
def watching(root: Path, output: Path, *, terminal: bool = False) -> Iterator[Watcher]:
    watcher = Watcher(root, output, terminal=terminal)
    try:
        yield watcher
    finally:
        watcher.process.kill()
        watcher.process.wait()


def reports(count: int) -> Callable[[str], bool]:
    return lambda shown: shown.count("Watching; Ctrl-C ends") >= count


def test_change_is_checked_and_control_c_ends_cleanly(tmp_path: Path) -> None:
    root = write_example(tmp_path / "repo")
    agent = root / "agents/praxis-weber/empfang.yaml"
    with watching(root, tmp_path / "output") as watcher:
        assert "No findings in" in watcher.wait(reports(1))
        edit(agent, "owner: praxisleitung", "owner: niemand")
        assert "error[missing-owner]" in watcher.wait(reports(2))
        edit(agent, "owner: niemand", "owner: praxisleitung")
        assert watcher.wait(reports(3)).count("No findings in") == 2
        watcher.process.send_signal(signal.SIGINT)
        assert watcher.process.wait(TIMEOUT_SECONDS) == 130
    assert watcher.shown.endswith("Interrupted\n")
    assert "Traceback" not in watcher.shown
    assert "\x1b" not in watcher.shown


def test_files_and_folders_may_vanish_and_come_back(tmp_path: Path) -> None:
    root = write_example(tmp_path / "repo")
    with watching(root, tmp_path / "output") as watcher:
        watcher.wait(reports(1))
        for number in range(40):
            path = root / f"agents/praxis-weber/neu-{number}.yaml"
            path.write_text("kind: Facts\n", "utf-8")
            path.unlink()
            time.sleep(0.01)
        for folder in ("agents", "processes", "evals"):
            shutil.move(root / folder, tmp_path / folder)
        watcher.wait(lambda shown: "error: " in shown)
        for folder in ("agents", "processes", "evals"):
            shutil.move(tmp_path / folder, root / folder)
        watcher.wait(lambda shown: "No findings in" in shown.rpartition("error: ")[2])
    assert "Traceback" not in watcher.shown


def test_screen_of_a_terminal_is_cleared(tmp_path: Path) -> None:
    root = write_example(tmp_path / "repo")
    with watching(root, tmp_path / "output", terminal=True) as watcher:
        watcher.wait(lambda shown: "No findings" in shown and reports(1)(shown))
        (root / "evals/standard.yaml").unlink()
        watcher.wait(lambda shown: "\x1b[2J" in shown)


@pytest.mark.parametrize("option", [["--fix"], ["--diff"], ["--format", "json"]])
def test_watching_goes_with_the_text_report_alone(option: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.run(["check", "--watch", *option]) == 2
    assert "--watch goes with neither" in capsys.readouterr().err
