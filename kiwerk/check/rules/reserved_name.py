"""A rule of a policy has a name that the gate uses itself.

What it does:
    Reports rules of policies that are called `complete` or `findings`. The gate judges two things beside every policy
    and calls them so: that every case of today has its samples, and that nothing is found that blocks a deploy.

Why:
    Two answers of one name stand in the verdict, and nobody can say which one was refused.

Example:
    ```yaml
    kind: Policy
    rules:
      - {id: complete, require: {pass_rate: {min: 0.9}}}
    ```

Instead:
    ```yaml
      - {id: gesamt, require: {pass_rate: {min: 0.9}}}
    ```
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from kiwerk.check.rule import Rule
from kiwerk.finding import Finding

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime

    from kiwerk.load.project import Project

RULE = Rule("reserved-name")

RESERVED = ("complete", "findings")
"""Names of the gate's own rules; the gate lies above the checks, so a test keeps both in agreement."""


def check_reserved_names(project: Project, _now: datetime) -> Iterator[Finding]:
    """Rules of policies with a name of the gate's own."""
    for policy in project.policies.values():
        for number, rule in enumerate(policy.spec.rules):
            if rule.id in RESERVED:
                yield Finding(
                    RULE.name,
                    f"The gate has a rule '{rule.id}' of its own",
                    policy.span("rules", number, "id"),
                    help="Call it something else",
                )
