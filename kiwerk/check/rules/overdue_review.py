"""A process has not been reviewed for longer than it says, or its review lies in the future.

What it does:
    Adds `review_every` to `reviewed` and compares the day with today's date in the company's time zone. The day
    itself is still in time; a `reviewed` after today is none. The finding is a warning for whoever edits, and a refusal
    for `gate` and `deploy`.

Why:
    A process describes how people work, and people change how they work without telling the repository. The
    process's owner promised to look at it again. A day in the future would keep that promise without a review.

Example:
    ```yaml
    reviewed: 2025-03-01
    review_every: 90d
    ```

Instead:
    Let the owner read the process against today's practice, and set `reviewed` to the day on which that happened.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from kiwerk.check.clock import local_day
from kiwerk.check.rule import Rule
from kiwerk.finding import Finding, Related, Severity
from kiwerk.language.phrase import format_duration

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime

    from kiwerk.load.project import Project

RULE = Rule("overdue-review", Severity.WARNING, blocks_deploy=True)


def check_overdue_reviews(project: Project, now: datetime) -> Iterator[Finding]:
    """Processes whose last review lies longer ago than they allow, or has not happened yet."""
    for process in project.processes.values():
        spec = process.spec
        today = local_day(project, process.company, now)
        # a difference, since the sum may lie behind the last day of the calendar
        days = (today - spec.reviewed).days
        if days < 0:
            yield Finding(
                RULE.name,
                f"The last review lies in the future, and today is {today}",
                process.span("reviewed"),
                help="Set it to the day on which the process was reviewed",
            )
        elif days > spec.review_every.days:
            yield Finding(
                RULE.name,
                f"The last review was {days} days ago, and one is due every {format_duration(spec.review_every)}",
                process.span("reviewed"),
                help=f"Let {spec.owner or 'the owner'} review the process, then move the day",
                related=(Related(process.span("review_every"), "The promise"),),
            )
