"""How long `kiwerk check` takes beside PyYAML's fastest loader on the same files.

    python -m benchmarks.check --cases 10000 [--rounds 5]

Each round loads the files with `CSafeLoader` and runs the real command in a process of its own: cold (no cache), warm
(nothing changed), and warm after an edit of one suite. A round's figures are divided by the same round's
`CSafeLoader`, so that a busy machine slows both; medians of all rounds are printed.
"""

from __future__ import annotations

import argparse
import os
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from statistics import median
from typing import NamedTuple

from benchmarks.generate import COMPANIES, NOW, write_repository

_LOAD = """
import pathlib, sys, yaml
for path in pathlib.Path(sys.argv[1]).rglob("*.yaml"):
    yaml.load(path.read_bytes(), yaml.CSafeLoader)
"""
LOADER, COLD, WARM, EDITED = "CSafeLoader", "check, cold", "check, nothing changed", "check, one suite edited"


class Figures(NamedTuple):
    """What one process took."""

    seconds: float
    """From start to end, as a person waits."""
    cpu_seconds: float
    """Of all its processes together: what a busy machine changes less."""
    megabytes: float
    """Most memory of its processes, each counted alone."""


def measure(command: list[str]) -> Figures:
    """Run a command to its end.

    Raises:
        SystemExit: it failed.
    """
    begin = time.perf_counter()
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL)
    _, status, usage = os.wait4(process.pid, 0)
    seconds = time.perf_counter() - begin
    if os.waitstatus_to_exitcode(status) != 0:
        raise SystemExit(f"{' '.join(command)} failed")
    factor = 1 if sys.platform == "darwin" else 1024
    return Figures(seconds, usage.ru_utime + usage.ru_stime, usage.ru_maxrss * factor / 1024**2)


def run_round(root: Path, number: int) -> dict[str, Figures]:
    """One measurement of everything."""
    command = [sys.executable, "-m", "kiwerk", "check", "--repo", str(root), "--now", NOW]
    shutil.rmtree(root / ".kiwerk", ignore_errors=True)
    found = {LOADER: measure([sys.executable, "-c", _LOAD, str(root)]), COLD: measure(command), WARM: measure(command)}
    suite = min((root / "evals").glob("*/*.yaml"))
    with suite.open("a", encoding="utf-8") as file:
        file.write(f"# {number}\n")
    return {**found, EDITED: measure(command)}


def format_table(rounds: list[dict[str, Figures]]) -> str:
    """Medians, one line a command."""
    lines = [f"{'':26}{'seconds':>9}{'x loader':>10}{'CPU':>8}{'x loader':>10}{'MiB':>7}"]
    for name in rounds[0]:
        took = Figures(*(median(column) for column in zip(*(each[name] for each in rounds), strict=True)))
        ratio = median(each[name].seconds / each[LOADER].seconds for each in rounds)
        of_cpu = median(each[name].cpu_seconds / each[LOADER].cpu_seconds for each in rounds)
        lines.append(
            f"{name:26}{took.seconds:9.2f}{ratio:10.2f}{took.cpu_seconds:8.2f}{of_cpu:10.2f}{took.megabytes:7.0f}"
        )
    return "\n".join(lines)


def main() -> None:
    """Measure from the command line."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--cases", type=int, default=10_000)
    parser.add_argument("--companies", type=int, default=COMPANIES)
    parser.add_argument("--rounds", type=int, default=5)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        root = Path(folder)
        files = write_repository(root, options.cases, companies=options.companies)
        size = sum(path.stat().st_size for path in root.rglob("*.yaml")) / 1024**2
        print(f"$ python -m benchmarks.check --cases {options.cases} --rounds {options.rounds}")
        print(f"{options.cases} cases, {files} files, {size:.0f} MiB, {os.cpu_count()} cores, Python {sys.version[:6]}")
        print(format_table([run_round(root, number) for number in range(options.rounds)]))


if __name__ == "__main__":
    main()
