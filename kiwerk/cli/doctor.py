"""`kiwerk doctor`."""

from __future__ import annotations

import json
import os
from dataclasses import asdict
from typing import TYPE_CHECKING

import click

from kiwerk.cli import options
from kiwerk.errors import ExitCode

if TYPE_CHECKING:
    from datetime import datetime
    from pathlib import Path

MARKS = {"fine": "✓", "absent": "–", "wrong": "✗"}


@click.command
@options.output("text", "json")
@options.repo
@options.now
def command(style: str, repo: Path, now: datetime) -> int:
    """Tell what is installed, configured and reachable.

    Looked at are packages, git, the repository and its records, the model's endpoint ($KIWERK_BASE_URL), what
    `--provider native` needs, and the signing key. What is wrong exits 1; what is merely absent does not. No secret is
    shown.

    \b
    Example:
      kiwerk doctor
    """
    from kiwerk.pipeline.doctor import examine

    symptoms = list(examine(repo, os.environ, now))
    if style == "json":
        click.echo(json.dumps({"version": 1, "symptoms": [asdict(item) for item in symptoms]}, indent=2))
    else:
        for item in symptoms:
            click.echo(f"{MARKS[item.state]} {item.name:12} {item.message}")
            if item.remedy:
                click.echo(f"  {'':12} help: {item.remedy}")
    return ExitCode.REFUSED if any(item.state == "wrong" for item in symptoms) else ExitCode.FINE
