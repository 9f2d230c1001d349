from __future__ import annotations

import json
import os
import random
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[3]
DRIVER = Path(__file__).with_name("crash_driver.py")


def run_driver(folder: Path, *arguments: str) -> dict[str, int]:
    """How many deploys were killed, by what was current afterwards."""
    environment = os.environ | {"PYTHONPATH": str(ROOT)}
    command = [sys.executable, "-W", "error", str(DRIVER), str(folder), *arguments]
    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False, timeout=120)
    assert done.returncode == 0, done.stderr
    left: dict[str, int] = json.loads(done.stdout.splitlines()[-1])
    return left


@pytest.mark.slow
def test_a_deploy_killed_at_any_call_happened_or_did_not(tmp_path: Path) -> None:
    left = run_driver(tmp_path, "each-call")
    assert left["old"] > 30
    assert left["new"] > 10


@pytest.mark.slow
def test_deploys_killed_at_random_moments_happened_or_did_not(tmp_path: Path) -> None:
    seed = random.randrange(10**6)  # noqa: S311  # the driver repeats it
    print(f"seed {seed}")  # noqa: T201  # shown with a failure
    left = run_driver(tmp_path, "random", str(seed), "3")
    assert sum(left.values()) > 5
