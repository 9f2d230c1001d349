"""A scratch git repository for a test: real git, its own author, nothing from the person's configuration."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Mapping
from pathlib import Path

IDENTITY = {
    "GIT_AUTHOR_NAME": "Test",
    "GIT_AUTHOR_EMAIL": "test@example.org",
    "GIT_COMMITTER_NAME": "Test",
    "GIT_COMMITTER_EMAIL": "test@example.org",
    "GIT_CONFIG_GLOBAL": os.devnull,
    "GIT_CONFIG_NOSYSTEM": "1",
}


def run_git(repository: Path, *arguments: str) -> str:
    """What git printed, without the last line break. Raises CalledProcessError where git fails."""
    command = ["git", "-C", str(repository), *arguments]
    result = subprocess.run(command, env=os.environ | IDENTITY, check=True, capture_output=True, text=True)
    return result.stdout.rstrip("\n")


def write_commit(repository: Path, files: Mapping[str, str], message: str = "a change") -> str:
    """The digest of a new commit of all that lies in the folder and these files; begins the repository if need be."""
    repository.mkdir(parents=True, exist_ok=True)
    if not (repository / ".git").exists():
        run_git(repository, "init", "--quiet", "--initial-branch", "main")
    for name, text in files.items():
        path = repository / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    run_git(repository, "add", "--all")
    run_git(repository, "commit", "--quiet", "--allow-empty", "--message", message)
    return run_git(repository, "rev-parse", "HEAD")
