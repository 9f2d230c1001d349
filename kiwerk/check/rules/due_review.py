"""A process must be reviewed soon.

What it does:
    Adds `review_every` to `reviewed`, and warns when the day lies within the last quarter of that time, at most 30 days
    ahead, by the company's time zone. From the day after it, `overdue-review` takes over, and gate and deploy refuse.

Why:
    The process's owner needs an appointment for it, before a deploy has to wait.

Example:
    ```yaml
    reviewed: 2026-09-10
    review_every: 90d                   # due on 9 December 2026, and today is 27 November
    ```

Instead:
    Let the owner read the process against today's practice, and set `reviewed` to the day on which that happened.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from kiwerk.check.clock import local_day
from kiwerk.check.rule import Rule
from kiwerk.finding import Finding, Related, Severity
from kiwerk.language.phrase import count

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime

    from kiwerk.load.project import Project

RULE = Rule("due-review", Severity.WARNING)

NOTICE_DAYS = 30
"""Long enough for somebody on holiday to come back."""
_SHARE = 4
"""Of a short interval the last quarter; a weekly review should not be announced all week."""


def check_due_reviews(project: Project, now: datetime) -> Iterator[Finding]:
    """Processes whose review comes within the next days."""
    for process in project.processes.values():
        spec = process.spec
        every = spec.review_every.days
        days = every - (local_day(project, process.company, now) - spec.reviewed).days
        if 0 <= days <= min(NOTICE_DAYS, every // _SHARE):
            yield Finding(
                RULE.name,
                "The next review is due today" if days == 0 else f"The next review is due in {count(days, 'day')}",
                process.span("reviewed"),
                help=f"Let {spec.owner or 'the owner'} review the process, then move the day",
                related=(Related(process.span("review_every"), "The promise"),),
            )
