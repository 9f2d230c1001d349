"""How long `kiwerk diff` takes: in a provider's repository, and with two stored runs of an agent with many cases.

    python -m benchmarks.diff [--cases 10000] [--rounds 3]

Two revisions of a repository of 1,000 agents, 2,000 processes and that many cases differ in one prompt; cold is the
first run after the files left the system's cache as far as that can be asked for (`posix_fadvise`), warm is the next.
Then an agent with that many cases is sampled once at both of two revisions, of a scripted model; `diff` reads, judges
and compares both runs. Each command is a process of its own.
"""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
import tempfile
from pathlib import Path
from statistics import median

from benchmarks import engine, generate
from benchmarks.check import Figures, measure

_GIT = ["git", "-c", "user.name=Benchmark", "-c", "user.email=benchmark@example.org", "-c", "gc.auto=0"]


def _commit(root: Path, message: str) -> None:
    if not (root / ".git").exists():
        subprocess.run([*_GIT, "-C", str(root), "init", "--quiet"], check=True)
    subprocess.run([*_GIT, "-C", str(root), "add", "--all"], check=True)
    subprocess.run([*_GIT, "-C", str(root), "commit", "--quiet", "--message", message], check=True)


def _forget(root: Path) -> None:
    """Ask the system to drop what it keeps of the files; without effect where it cannot be asked."""
    if not hasattr(os, "posix_fadvise"):
        return
    for path in root.rglob("*"):
        if path.is_file():
            file = os.open(path, os.O_RDONLY)
            os.fsync(file)
            os.posix_fadvise(file, 0, 0, os.POSIX_FADV_DONTNEED)
            os.close(file)


def _edit_prompt(path: Path) -> None:
    text = path.read_text("utf-8")
    path.write_text(text.replace("prompt: |\n", "prompt: |\n  Sie antworten immer freundlich.\n", 1), "utf-8")


def _diff(root: Path) -> Figures:
    command = [sys.executable, "-m", "kiwerk", "diff", "HEAD~1", "HEAD", "--repo", str(root), "--format", "json"]
    return measure(command)


def measure_repository(root: Path, cases: int, rounds: int) -> None:
    """Print how long two revisions of a large repository take."""
    files = generate.write_repository(root, cases)
    _commit(root, "before")
    prompt = next(path for path in sorted(root.glob("agents/*/*.yaml")) if "prompt: |" in path.read_text("utf-8"))
    _edit_prompt(prompt)
    _commit(root, "after")
    _forget(root)
    cold = _diff(root)
    warm = [_diff(root) for _ in range(rounds)]
    _tell(f"{files:,} files, one prompt differs, cold", [cold])
    _tell(f"{files:,} files, one prompt differs, warm", warm)


def measure_runs(root: Path, cases: int, rounds: int) -> None:
    """Print how long the comparison of two stored runs takes."""
    engine.write_repository(root, cases)
    server = subprocess.Popen(
        [sys.executable, "-m", "benchmarks.engine", "--part", "server"], stdout=subprocess.PIPE, text=True
    )
    try:
        url = server.stdout.readline().strip() if server.stdout else ""
        for message in ("before", "after"):
            _commit(root, message)
            (root / ".gitignore").write_text(".kiwerk/\n", "utf-8")
            command = [sys.executable, "-m", "kiwerk", "eval", "--repo", str(root), "--base-url", url]
            subprocess.run(command, check=True, stdout=subprocess.DEVNULL)
            if message == "before":
                _edit_prompt(root / "agents/firma/telefon.yaml")
    finally:
        server.terminate()
        server.wait()
    _tell(f"two stored runs of {cases:,} cases", [_diff(root) for _ in range(rounds)])


def _tell(what: str, found: list[Figures]) -> None:
    figures = Figures(*(median(column) for column in zip(*found, strict=True)))
    print(f"{what:52}{figures.seconds:8.2f} s{figures.cpu_seconds:8.2f} s CPU{figures.megabytes:7.0f} MiB", flush=True)


def main() -> None:
    """Measure from the command line."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--cases", type=int, default=10_000)
    parser.add_argument("--rounds", type=int, default=3)
    options = parser.parse_args()
    print(f"$ python -m benchmarks.diff --cases {options.cases} --rounds {options.rounds}")
    load = os.getloadavg()[0]
    print(f"{os.cpu_count()} cores, load average {load:.1f} at the start, Python {sys.version[:6]}")
    with tempfile.TemporaryDirectory() as folder:
        measure_repository(Path(folder), options.cases, options.rounds)
    with tempfile.TemporaryDirectory() as folder:
        measure_runs(Path(folder), options.cases, options.rounds)


if __name__ == "__main__":
    main()
