from __future__ import annotations

import os
import re
import subprocess
import sysconfig
from pathlib import Path

import pytest
import yaml

from tests.support.pipeline import ROOT, WORKFLOWS

SCRIPTS = Path(sysconfig.get_path("scripts"))
STANDINS = "tests/support/actions"


def run_linter(*command: str) -> None:
    """Fails with what the linter printed, which then is the test's message."""
    environment = os.environ | {"PATH": f"{SCRIPTS}{os.pathsep}{os.environ['PATH']}"}  # actionlint looks for shellcheck
    result = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, check=False)
    assert result.returncode == 0, result.stdout + result.stderr


def test_zizmor_finds_nothing() -> None:
    run_linter(str(SCRIPTS / "zizmor"), "--offline", "--no-progress", "--strict-collection", ".github", STANDINS)


def test_actionlint_finds_nothing() -> None:
    workflows = sorted(str(path) for path in (ROOT / WORKFLOWS).glob("*.yml"))
    assert workflows
    run_linter(str(SCRIPTS / "actionlint"), "-no-color", *workflows)


@pytest.mark.parametrize("path", sorted((ROOT / WORKFLOWS).glob("*.yml")), ids=lambda path: path.stem)
def test_every_job_is_limited_in_rights_and_time(path: Path) -> None:
    workflow = yaml.safe_load(path.read_text(encoding="utf-8"))
    assert workflow["permissions"] == {}
    assert "concurrency" in workflow
    for job in workflow["jobs"].values():
        assert job["permissions"] in ({"contents": "read"}, {"pull-requests": "write"})
        assert job["timeout-minutes"] <= 60
        assert job["runs-on"] == "ubuntu-24.04"
        checkouts = [step for step in job["steps"] if step.get("uses", "").startswith("actions/checkout@")]
        # who may write runs nothing of the repository
        assert [step["with"]["persist-credentials"] for step in checkouts] == [False] * (
            "contents" in job["permissions"]
        )


@pytest.mark.parametrize("path", sorted((ROOT / WORKFLOWS).glob("*.yml")), ids=lambda path: path.stem)
def test_every_action_is_pinned_and_says_its_version(path: Path) -> None:
    used = re.findall(r"uses:\s*(.+)", path.read_text(encoding="utf-8"))
    assert used
    assert [line for line in used if not re.fullmatch(r"[\w-]+/[\w-]+@[0-9a-f]{40} # v\d+\.\d+\.\d+", line)] == []
