"""`kiwerk shard`."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING

import click

from kiwerk.cli import options

if TYPE_CHECKING:
    from datetime import datetime


@click.command
@click.argument("selector", nargs=-1)
@click.option("--count", "parts", type=click.IntRange(1, 256), required=True, metavar="N", help="Number of parts.")
@click.option(
    "--write-durations",
    "durations",
    type=click.Path(path_type=Path),
    metavar="FILE",
    help="Also write how long the stored conversations took, for `kiwerk eval --durations FILE`.",
)
@options.repo
@options.now
def command(selector: tuple[str, ...], parts: int, durations: Path | None, repo: Path, now: datetime) -> None:
    """Print a matrix for GitHub Actions, one job for each part.

    The matrix is one line of JSON: `shard`, for `kiwerk eval --shard`, and `name`, for artifacts, in each job. The
    parts are cut by case and by number of conversations, the same on every machine; with durations, every machine
    must be given the same file. GitHub allows 256 jobs.

    \b
    Examples:
      kiwerk shard --count 16
      echo "matrix=$(kiwerk shard --count 16)" >> "$GITHUB_OUTPUT"
    """
    from kiwerk.pipeline.plan import plan_evaluation
    from kiwerk.pipeline.shard import measure_durations, write_durations
    from kiwerk.pipeline.workspace import must_prepare
    from kiwerk.run.shard import cut_plan

    plan = plan_evaluation(must_prepare(repo, now), " ".join(selector) or None, None)
    number = len(cut_plan(plan, parts, {}))
    if durations:
        write_durations(durations, measure_durations(repo))
    jobs = [{"shard": f"{place}/{number}", "name": f"{place}-of-{number}"} for place in range(1, number + 1)]
    click.echo(json.dumps({"include": jobs}))
