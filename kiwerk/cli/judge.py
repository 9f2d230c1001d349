"""`kiwerk judge`."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

import click

from kiwerk.cli import options
from kiwerk.errors import ExitCode

if TYPE_CHECKING:
    from datetime import datetime
    from pathlib import Path


@click.group
def command() -> None:
    """Find out how far the models can be trusted that judge conversations.

    \b
    Example:
      kiwerk judge calibrate freundlich
    """


@command.command
@click.argument("judge", required=False)
@options.base_url
@options.judge_provider
@options.output("text", "json")
@options.repo
@options.now
def calibrate(
    judge: str | None, base_url: str | None, provider: str | None, style: str, repo: Path, now: datetime
) -> int:
    """Compare judges with the people who answered with `kiwerk label`.

    Shown is a table of what people say and what the judge says, the share of each class in which it agrees with a 95 %
    interval, Cohen's kappa, and how far people agree with each other. Answers of people count where they were given to
    today's rubric and scale. With an endpoint (key in $KIWERK_API_KEY) the judge is asked about what people have judged
    and it has not. JUDGE is an id or local name; all judges without it.

    \b
    Examples:
      kiwerk judge calibrate
      kiwerk judge calibrate praxis-weber/freundlich --format json
    """
    from kiwerk.pipeline.calibrate import calibrate as run
    from kiwerk.pipeline.models import find_access
    from kiwerk.pipeline.workspace import must_prepare
    from kiwerk.report.calibration import format_calibrations

    found = run(must_prepare(repo, now), judge, find_access(base_url, os.environ, provider=provider))
    click.echo(format_calibrations(found, style, colour=options.use_colour()), nl=False)
    return ExitCode.FINE
