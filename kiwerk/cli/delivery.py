"""What `deploy` and `rollback` share: show the plans, carry them out if all are accepted, show what came of it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from kiwerk.cli import options
from kiwerk.errors import ExitCode

if TYPE_CHECKING:
    from collections.abc import Sequence

    from kiwerk.deploy.plan import DeployPlan


def carry_out(
    environment: str, plans: Sequence[DeployPlan], *, dry_run: bool, style: str, left_over: Sequence[str] = ()
) -> int:
    """Exit code of a deploy or rollback; nothing is touched unless every company's plan is accepted."""
    from kiwerk.pipeline.deliver import apply_plans
    from kiwerk.report.delivery_json import describe_plan, format_json
    from kiwerk.report.delivery_text import format_applied, format_left_over, format_plan

    colour = options.use_colour()
    accepted = bool(plans) and all(plan.accepted for plan in plans)
    if style == "text":
        for plan in plans:
            click.echo(format_plan(plan, colour=colour), nl=False)
    applied = []
    for item in apply_plans(plans) if accepted and not dry_run else ():
        applied.append(item)
        if style == "text":
            click.echo(format_applied(item, colour=colour), nl=False)
    if style == "text":
        click.echo(format_left_over(left_over, environment, colour=colour), nl=False)
    if style == "json":
        results = [*applied, *[None] * (len(plans) - len(applied))]
        shown = [describe_plan(plan, result) for plan, result in zip(plans, results, strict=True)]
        click.echo(format_json(environment, {"plans": shown, "left_over": left_over}), nl=False)
    if any(plan.missing for plan in plans):
        return ExitCode.IMPOSSIBLE
    return ExitCode.FINE if accepted else ExitCode.REFUSED
