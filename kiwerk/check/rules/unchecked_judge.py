"""A judge that no policy wants to agree with people.

What it does:
    Warns about judges where no policy has a rule that requires `judges`.

Why:
    A model's verdict on other models may fail a case, or let it pass, without anybody ever having looked whether it
    sees what people see. A rule of the policy makes that a condition.

Example:
    ```yaml
    # evals/standard.yaml
    rules:
      - {id: gesamt, require: {pass_rate: {min: 0.9, lower_bound: 0.2}}}
    ```

Instead:
    ```yaml
    rules:
      - {id: gesamt, require: {pass_rate: {min: 0.9, lower_bound: 0.2}}}
      - {id: richter, require: {judges: {min_kappa: 0.6, min_compared: 50}}}
    ```
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from kiwerk.check.rule import Rule
from kiwerk.finding import Finding, Severity

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime

    from kiwerk.load.project import Project

RULE = Rule("unchecked-judge", Severity.WARNING)


def check_unchecked_judges(project: Project, _now: datetime) -> Iterator[Finding]:
    """Judges whose agreement with people nobody demands."""
    if any(rule.require.judges for policy in project.policies.values() for rule in policy.spec.rules):
        return
    for judge in project.judges.values():
        yield Finding(
            RULE.name,
            "No policy demands that this judge agrees with people",
            judge.span("kind"),
            help="Add a rule with `require: {judges: {min_kappa: 0.6}}`, and compare with `kiwerk judge calibrate`",
        )
