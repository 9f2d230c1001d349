from __future__ import annotations

import os
import signal
import subprocess
import sys
from pathlib import Path

from kiwerk import cli
from tests.support.example import edit, write_example

ROOT = Path(__file__).parents[2]


def test_exports_are_all_that_an_evaluation_needs(tmp_path: Path) -> None:
    write_example(tmp_path, provider="loopback")
    edit(tmp_path / "processes/praxis-weber/terminvereinbarung.yaml", "review_every: 90d", "review_every: 36500d")
    edit(tmp_path / "agents/praxis-weber/oeffnungszeiten.yaml", "valid_until: 2027-01-31", "valid_until: 2199-01-31")
    command = [sys.executable, "-m", "tests.support.demo_model", "--port", "0"]
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    with subprocess.Popen(command, cwd=tmp_path, env=environment, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        shown = [process.stdout.readline() for _ in range(3)]
        try:
            variables = dict(line.strip().removeprefix("export ").split("=", 1) for line in shown[1:])
            address = variables["KIWERK_BASE_URL"]
            assert address.startswith("http://127.0.0.1:")
            assert cli.run(["eval", "--base-url", address, "--env", "staging", "--repo", str(tmp_path)]) == 0
        finally:
            process.send_signal(signal.SIGINT)
    assert process.returncode == 0
    assert shown[0].startswith("# 1 case known")


def test_target_of_make_starts_it() -> None:
    assert "-m tests.support.demo_model" in (ROOT / "Makefile").read_text("utf-8")
