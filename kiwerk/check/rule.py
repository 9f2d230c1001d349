"""What a rule is: a name, how much its findings weigh, and a function that finds them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

from kiwerk.finding import Severity

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime

    from kiwerk.finding import Finding
    from kiwerk.load.project import Project


@dataclass(frozen=True, slots=True)
class Rule:
    """How the findings of one check are named and weighed."""

    name: str
    """The word in the report, the ignore comment, the documentation and the test folder: `expired-fact`."""
    severity: Severity = Severity.ERROR
    blocks_deploy: bool = False
    """A warning that `gate` and `deploy` refuse: what goes stale by waiting."""
    governance: bool = False
    """What whoever runs agents for others owes them: the severity holds until an Environment names a target, and it is
    an error from then on."""

    essential: bool = False
    """Agents cannot be built, or cases not be run, while it is broken: always an error, and no comment ignores it."""


def find_severity(rule: Rule, project: Project) -> Severity:
    """How much the rule's findings weigh in this repository."""
    if rule.governance and any(environment.spec.target for environment in project.environments.values()):
        return Severity.ERROR
    return rule.severity


class Check(Protocol):
    """Finds what one rule is about; looks at nothing but its arguments."""

    def __call__(self, project: Project, now: datetime, /) -> Iterator[Finding]:
        """The findings, in any order; severity and `blocks_deploy` are set by whoever runs the check.

        Args:
            project: the repository. Documents may be missing, broken or contradict each other.
            now: the moment by which expiry is judged.
        """
        ...
