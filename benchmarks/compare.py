"""How fast other harnesses evaluate the same cases, beside `kiwerk eval`, with a model that answers after 50 ms.

    python -m benchmarks.compare [--cases 100 1000] [--rounds 1] [--only promptfoo]

The whole command is measured, from its start to its exit, as a person waits for it: one turn and two assertions a
case, 32 requests in flight, against the server of `benchmarks.engine`. In each round all follow one after the other,
and the ratio is that of the same round. `make bench-peers` installs the others, pinned, into `benchmarks/.peers`.
"""

from __future__ import annotations

import argparse
import json
import os
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from statistics import median

from benchmarks.engine import serve_apart, write_repository

HERE = Path(__file__).parent
PEERS = HERE / ".peers"
IN_FLIGHT = 32
SYSTEM = "Sie sind der Telefonassistent der Firma Muster. Sie nennen die Öffnungszeiten und sonst nichts."
_QUIET = {
    "PROMPTFOO_DISABLE_TELEMETRY": "1",
    "PROMPTFOO_DISABLE_UPDATE": "1",
    "PROMPTFOO_DISABLE_DEBUG_LOG": "1",
    "PROMPTFOO_DISABLE_ERROR_LOG": "1",
    "PROMPTFOO_DISABLE_REMOTE_GENERATION": "true",
    "DEEPEVAL_TELEMETRY_OPT_OUT": "YES",
    "DEEPEVAL_UPDATE_WARNING_OPT_IN": "NO",
}
"""No harness may look for a network, or say that it found none."""


def write_cases(folder: Path, cases: int, url: str) -> None:
    """The same cases for everybody."""
    write_repository(folder / "kiwerk", cases)
    users = [f"Guten Tag, hier ist Kunde {number}. Wann haben Sie geöffnet?" for number in range(cases)]
    (folder / "cases.json").write_text(json.dumps({"system": SYSTEM, "users": users}), "utf-8")
    config = {
        "prompts": [json.dumps([{"role": "system", "content": SYSTEM}, {"role": "user", "content": "{{text}}"}])],
        "providers": [{"id": "openai:chat:mistral-small-2506", "config": {"apiBaseUrl": url, "temperature": 0.2}}],
        "defaultTest": {"assert": [{"type": "contains", "value": "17 Uhr"}, {"type": "not-contains", "value": " du "}]},
        "tests": [{"vars": {"text": text}} for text in users],
    }
    # Inspect AI finds tasks below the current folder only
    shutil.copy(HERE / "peers/inspect_task.py", folder)
    # JSON is YAML
    (folder / "promptfooconfig.yaml").write_text(json.dumps(config), "utf-8")


def find_commands(folder: Path, url: str) -> dict[str, list[str]]:
    """What each harness is called with."""
    python, run = str(PEERS / "venv/bin/python"), str(HERE / "peers")
    engine = [sys.executable, "-m", "kiwerk", "eval", "--repo", str(folder / "kiwerk"), "--base-url", url]
    promptfoo = [str(PEERS / "venv/bin/node"), str(PEERS / "node_modules/promptfoo/dist/src/entrypoint.js"), "eval"]
    promptfoo += ["-c", "promptfooconfig.yaml", "-j", str(IN_FLIGHT), "--no-progress-bar", "--no-table", "--no-share"]
    inspect = [str(PEERS / "venv/bin/inspect"), "eval", "inspect_task.py", "--display", "none"]
    inspect += ["--model", "openai/mistral-small-2506", "--max-connections", str(IN_FLIGHT)]
    return {
        "kiwerk": [*engine, "--max-in-flight", str(IN_FLIGHT), "--fresh"],
        "kiwerk, unchanged": [*engine, "--max-in-flight", str(IN_FLIGHT)],
        "promptfoo": [*promptfoo, "--no-cache"],
        "promptfoo, cache filled": [*promptfoo],
        "promptfoo, cached": [*promptfoo],
        "inspect-ai": [*inspect, "--max-samples", str(IN_FLIGHT)],
        "pydantic-evals": [python, f"{run}/pydantic_evals_run.py"],
        "deepeval": [python, f"{run}/deepeval_run.py"],
    }


def measure(command: list[str], folder: Path, url: str) -> float:
    """Seconds that a command takes.

    Raises:
        SystemExit: it failed; its last words are told.
    """
    environment = {**os.environ, **_QUIET, "CASES": str(folder / "cases.json"), "OPENAI_BASE_URL": url}
    environment |= {"OPENAI_API_KEY": "none", "PROMPTFOO_CONFIG_DIR": str(folder / "promptfoo"), "TERM": "dumb"}
    environment["PATH"] = f"{PEERS / 'venv/bin'}{os.pathsep}{environment['PATH']}"
    environment["PYTHONPATH"] = str(HERE.parent)
    began = time.perf_counter()
    result = subprocess.run(command, cwd=folder, env=environment, capture_output=True, text=True, check=False)
    if result.returncode:
        words = (result.stderr or result.stdout)[-2000:]
        raise SystemExit(f"{command[0]} ended with {result.returncode}:\n{words}")
    return time.perf_counter() - began


def main() -> None:
    """Measure from the command line."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--cases", type=int, nargs="+", default=[100, 1000])
    parser.add_argument("--rounds", type=int, default=1)
    parser.add_argument("--only", nargs="+", help="harnesses beside kiwerk, by the beginning of their names")
    options = parser.parse_args()
    print(f"{os.cpu_count()} cores, load average {os.getloadavg()[0]:.1f} at the start, Python {sys.version[:6]}")
    print(f"{'cases':>6}  {'':24}{'seconds':>9}{'cases/s':>9}{'kiwerk is':>12}")
    with serve_apart() as url:
        for cases in options.cases:
            with tempfile.TemporaryDirectory() as name:
                compare(Path(name), cases, url, options.rounds, tuple(options.only or ("",)))


def compare(folder: Path, cases: int, url: str, rounds: int, wanted: tuple[str, ...]) -> None:
    """Print one line for every harness: the medians of the rounds."""
    write_cases(folder, cases, url)
    commands = {
        name: command for name, command in find_commands(folder, url).items() if name.startswith(("kiwerk", *wanted))
    }
    taken = [{name: measure(command, folder, url) for name, command in commands.items()} for _ in range(rounds)]
    for name in commands:
        seconds = median(found[name] for found in taken)
        beside = "kiwerk, unchanged" if name.endswith("cached") else "kiwerk"
        ratio = median(found[name] / found[beside] for found in taken)
        shown = "" if name.startswith("kiwerk") else f"{ratio:.1f} x as fast"
        print(f"{cases:6}  {name:24}{seconds:9.2f}{cases / seconds:9.0f}   {shown}", flush=True)


if __name__ == "__main__":
    main()
