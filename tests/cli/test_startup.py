"""The command line answers at once: people call it in editors, hooks and shell completion."""

from __future__ import annotations

import resource
import statistics
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

KIWERK = Path(sys.executable).parent / "kiwerk"

HEAVY = ("aiohttp", "cryptography", "google.protobuf", "jinja2", "jsonschema", "pydantic", "rich", "ruamel", "yaml")

LIST_IMPORTED = """
import sys
from kiwerk.cli import main
sys.argv = ["kiwerk", "--help"]
try:
    main()
except SystemExit as end:
    if end.code:
        raise
print(*sys.modules, sep="\\n")
"""

PROMISE_SECONDS = 0.150
TIMES_CLICK = 2.0
RUNS = 5
ATTEMPTS = 4


def measure_seconds(*command: str | Path) -> float:
    """Wall time of one run of the command, which must succeed."""
    begin = time.perf_counter()
    result = subprocess.run(command, check=False, capture_output=True, text=True)
    seconds = time.perf_counter() - begin
    assert result.returncode == 0, result.stderr
    return seconds


def measure_medians(*commands: tuple[str | Path, ...]) -> list[float]:
    """Median wall time of each command, taken in turns so that a busy moment meets all of them."""
    rounds = [[measure_seconds(*command) for command in commands] for _ in range(RUNS)]
    return [statistics.median(times) for times in zip(*rounds, strict=True)]


def measure_until(limit: float, measure: Callable[[], float]) -> float:
    """The smallest of several measurements, or the first below the limit.

    Other work on the machine only ever adds time, so one quiet attempt shows what the code can do.
    """
    measured = []
    for _ in range(ATTEMPTS):
        measured.append(measure())
        if measured[-1] < limit:
            break
    return min(measured)


def test_help_imports_nothing_heavy() -> None:
    result = subprocess.run([sys.executable, "-c", LIST_IMPORTED], check=False, capture_output=True, text=True)
    assert result.returncode == 0, result.stderr
    imported = result.stdout.splitlines()
    assert "click" in imported
    assert [name for name in HEAVY if name in imported] == []


def test_help_takes_little_longer_than_click_itself() -> None:
    def measure_ratio() -> float:
        click, kiwerk = measure_medians((sys.executable, "-c", "import click"), (KIWERK, "--help"))
        return kiwerk / click

    assert measure_until(TIMES_CLICK, measure_ratio) < TIMES_CLICK


def measure_own_seconds(*command: str | Path) -> float:
    """Processor time of one run: what it takes on a quiet machine, as nothing in it waits."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    measure_seconds(*command)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


def test_help_answers_within_its_promise() -> None:
    def measure_help() -> float:
        return statistics.median(measure_own_seconds(KIWERK, "--help") for _ in range(RUNS))

    assert measure_until(PROMISE_SECONDS, measure_help) < PROMISE_SECONDS
