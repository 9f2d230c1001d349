"""`kiwerk diff`."""

from __future__ import annotations

import os
from functools import partial
from typing import TYPE_CHECKING

import click

from kiwerk.cli import options
from kiwerk.errors import ExitCode

if TYPE_CHECKING:
    from datetime import datetime, timedelta
    from pathlib import Path

_FORMATS = ("text", "json", "markdown", "summary", "html", "junit", "sarif", "github")


@click.command
@click.argument("base")
@click.argument("head", required=False)
@click.option(
    "--confirm",
    type=click.IntRange(0, 1000),
    is_flag=False,
    flag_value=0,
    metavar="[N]",
    help="Sample each case that looks changed N times on both sides, in turns; without N as often as the policies say.",
)
@options.base_url
@options.provider
@options.max_in_flight
@options.budget
@options.output(*_FORMATS)
@options.reports(*_FORMATS)
@click.option("--page", metavar="URL", help="Where the page is published: comment and summary link to it.")
@options.repo
@options.now
def command(
    base: str,
    head: str | None,
    confirm: int | None,
    base_url: str | None,
    provider: str | None,
    max_in_flight: int,
    max_cost: float | None,
    max_tokens: int | None,
    timeout: timedelta | None,
    style: str,
    written: tuple[tuple[str, Path], ...],
    page: str | None,
    repo: Path,
    now: datetime,
) -> int:
    """Show what a change makes agents do differently.

    What they may do, how their cases went at BASE and at HEAD by the stored samples of both, what they are told, and
    the documents value by value; comments, order and formatting are no change. Git's objects are read, nothing is
    checked out.

    A case that looks changed is only called regressed or improved once fresh samples confirm it: --confirm N takes
    them of the model at --base-url, and of base first where nothing is known of it. Exits 1 where a case regressed, and
    where the gate, or what it looks at, is weakened and no entry in the log of a policy says who decided so.

    BASE and HEAD are revisions, run:ID (or run:last) for what a stored run was made of, or deployed:ENV for what is
    deployed in an environment. Without HEAD the working tree is compared, with the commit at which it left BASE.

    \b
    Examples:
      kiwerk diff origin/main
      kiwerk diff origin/main --confirm 5 --base-url https://api.mistral.ai/v1 --max-cost 2
      kiwerk diff deployed:production
      kiwerk diff v1.4 v1.5 --format json
      kiwerk diff origin/main --report html=diff.html --report junit=diff.xml
    """
    from kiwerk.pipeline.budget import INTERRUPTED, Budget
    from kiwerk.pipeline.compare import compare
    from kiwerk.pipeline.confirm import Confirmation, find_confirm_repeats
    from kiwerk.pipeline.models import find_access
    from kiwerk.report.comparison import format_comparison

    confirmation = None
    if confirm is not None:
        access = find_access(base_url, os.environ, max_in_flight, provider=provider, root=repo)
        if access is None or access.origin != "model":
            message = "--confirm needs a model: name it with --base-url, or with --provider native"
            raise click.UsageError(message)
        confirmation = Confirmation(
            confirm or find_confirm_repeats(repo), access, Budget(max_cost, max_tokens, timeout)
        )
    comparison = compare(repo, base, head, now, confirmation)
    click.echo(format_comparison(comparison, style, colour=options.use_colour(), page=page), nl=False)
    options.write_reports(written, partial(format_comparison, comparison, colour=False, page=page))
    if comparison.stopped and comparison.stopped.reason == INTERRUPTED:
        raise KeyboardInterrupt
    return ExitCode.FINE if comparison.is_acceptable else ExitCode.REFUSED
