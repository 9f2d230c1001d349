"""A policy that lets every answer through.

What it does:
    Reports policies in which no rule requires `failures` or `pass_rate` of all cases: only where samples come from, or
    only something about some cases.

Why:
    A policy that asks where samples come from, and not whether they passed, would sign and deploy an agent that fails
    every case.

Example:
    ```yaml
    rules:
      - {id: herkunft, require: {samples: {origin: model, providers: [mistral], max_age: 14d}}}
    ```

Instead:
    ```yaml
    rules:
      - {id: gesamt, require: {pass_rate: {min: 0.9, lower_bound: 0.2}}}
      - {id: herkunft, require: {samples: {origin: model, providers: [mistral], max_age: 14d}}}
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

RULE = Rule("toothless-policy", blocks_deploy=True)


def check_toothless_policies(project: Project, _now: datetime) -> Iterator[Finding]:
    """Policies without a rule about how all cases went."""
    for policy in project.policies.values():
        judging = [rule for rule in policy.spec.rules if rule.require.failures or rule.require.pass_rate]
        if not any(rule.select is None for rule in judging):
            yield Finding(
                RULE.name,
                "No rule of this policy says how all cases must have gone",
                policy.span("rules", key=True),
                help="Add a rule without `select` that requires pass_rate or failures",
            )
