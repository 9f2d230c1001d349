"""Facts will soon be out of date.

What it does:
    Warns about every Facts document whose `valid_until` lies within the next 30 days, by the company's time zone. From
    the day after it, `expired-fact` takes over, and gate and deploy refuse.

Why:
    Looking something up takes a colleague and a few days. A deploy that must go out today should not be the first to
    learn that the opening hours ran out last night.

Example:
    ```yaml
    kind: Facts
    source: Aushang Praxis
    valid_until: 2026-12-10             # and today is 27 November 2026
    ```

Instead:
    Look it up where `source` says, correct the values, and move the day.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from kiwerk.check.clock import local_day
from kiwerk.check.rule import Rule
from kiwerk.finding import Finding, Severity
from kiwerk.language.phrase import count
from kiwerk.load.problems import shorten

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime

    from kiwerk.load.project import Project

RULE = Rule("expiring-fact", Severity.WARNING)

NOTICE_DAYS = 30
"""Long enough for somebody on holiday to come back."""


def check_expiring_facts(project: Project, now: datetime) -> Iterator[Finding]:
    """Facts whose last valid day comes within the next days."""
    for facts in project.facts.values():
        days = (facts.spec.valid_until - local_day(project, facts.company, now)).days
        if 0 <= days <= NOTICE_DAYS:
            when = "today" if days == 0 else f"in {count(days, 'day')}"
            yield Finding(
                RULE.name,
                f"These facts expire {when}, after {facts.spec.valid_until}",
                facts.span("valid_until"),
                help=f"Look them up again ({shorten(facts.spec.source)}), then move the day",
            )
