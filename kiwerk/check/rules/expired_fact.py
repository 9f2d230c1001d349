"""Facts are told although their last valid day is over.

What it does:
    Compares `valid_until` of every Facts document with today's date in the company's time zone. The day itself
    still counts. The finding is a warning for whoever edits, and a refusal for `gate` and `deploy`.

Why:
    Opening hours, prices and phone numbers go wrong by waiting, without any edit that somebody could review. An
    agent tells them with the same confidence on the day after.

Example:
    ```yaml
    kind: Facts
    source: Aushang Praxis
    valid_until: 2025-12-31
    values: {sprechzeit: Montag bis Freitag 08:00 bis 17:00 Uhr}
    ```

Instead:
    Look it up where `source` says, correct the values, and set `valid_until` to the next day on which somebody
    should look again.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from kiwerk.check.clock import local_day
from kiwerk.check.rule import Rule
from kiwerk.finding import Finding, Severity
from kiwerk.load.problems import shorten

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime

    from kiwerk.load.project import Project

RULE = Rule("expired-fact", Severity.WARNING, blocks_deploy=True)


def check_expired_facts(project: Project, now: datetime) -> Iterator[Finding]:
    """Facts whose last valid day lies before today."""
    for facts in project.facts.values():
        if facts.spec.valid_until < local_day(project, facts.company, now):
            yield Finding(
                RULE.name,
                f"These facts were valid until {facts.spec.valid_until}",
                facts.span("valid_until"),
                help=f"Look them up again ({shorten(facts.spec.source)}), then move the day",
            )
