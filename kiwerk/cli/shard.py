"""`kiwerk shard`."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from kiwerk.cli import options

if TYPE_CHECKING:
    from datetime import datetime


class _Count(click.ParamType[int]):
    """A number of parts; `auto` is 0."""

    name = "count"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> int:
        """The number."""
        return 0 if value == "auto" else click.IntRange(1, 256).convert(value, param, ctx)


@click.command
@click.argument("selector", nargs=-1)
@click.option("--count", "parts", type=_Count(), required=True, metavar="N|auto", help="Number of parts.")
@click.option(
    "--minutes",
    type=click.FloatRange(0.1, 1440),
    default=10,
    show_default=True,
    metavar="M",
    help="With --count auto: how long a machine should take.",
)
@click.option(
    "--env", "environment", metavar="ENV", help="With --count auto or --tier: whose policy says how often to sample."
)
@click.option("--changed", metavar="REV", help="Cut what `kiwerk eval --changed REV` runs.")
@click.option("--tier", type=click.Choice(["pull-request", "full"]), help="Cut what `kiwerk eval --tier` runs.")
@click.option(
    "--write-durations",
    "durations",
    type=click.Path(path_type=Path),
    metavar="FILE",
    help="Also write how long the stored conversations took, for `kiwerk eval --durations FILE`.",
)
@options.repo
@options.now
def command(
    selector: tuple[str, ...],
    parts: int,
    minutes: float,
    environment: str | None,
    changed: str | None,
    tier: str | None,
    durations: Path | None,
    repo: Path,
    now: datetime,
) -> None:
    """Print a matrix for GitHub Actions, one job for each part.

    The matrix is one line of JSON: `shard`, for `kiwerk eval --shard`, and `name`, for artifacts, in each job. The
    parts are cut by case and by number of conversations, the same on every machine; with durations, every machine
    must be given the same file. GitHub allows 256 jobs.

    What narrows the plan (SELECTOR, --changed, --tier) is said alike to `kiwerk shard` and to every
    `kiwerk eval --shard`. Where nothing changed that matters, the matrix is empty.

    With --count auto there are as many as hold all conversations with the model in --minutes each, by what stored
    conversations took and how many a machine had in flight; on standard error it says how that was reckoned.

    \b
    Examples:
      kiwerk shard --count 16
      kiwerk shard --count auto --minutes 15 --write-durations durations.json
      kiwerk shard --count auto --changed origin/main --tier pull-request
      echo "matrix=$(kiwerk shard --count 16)" >> "$GITHUB_OUTPUT"
    """
    from kiwerk.pipeline.plan import Wish, plan_evaluation
    from kiwerk.pipeline.shard import measure_durations, plan_cut, write_durations
    from kiwerk.pipeline.workspace import find_gate, find_sampling_gate, must_prepare
    from kiwerk.run.shard import cut_plan

    workspace = must_prepare(repo, now)
    wish = Wish(" ".join(selector) or None, environment, changed=changed, tier=tier)
    gate = None
    if not parts or tier:
        gate = find_gate(workspace, environment) if environment else find_sampling_gate(workspace)
    plan = plan_evaluation(workspace, wish, gate)
    if not parts:
        cut = plan_cut(workspace, plan, minutes)
        click.echo(cut.describe(minutes), err=True)
        parts = cut.parts
    number = len(cut_plan(plan, parts, {})) if plan or not changed else 0
    if durations:
        write_durations(durations, measure_durations(workspace))
    jobs = [{"shard": f"{place}/{number}", "name": f"{place}-of-{number}"} for place in range(1, number + 1)]
    click.echo(json.dumps({"include": jobs}))
