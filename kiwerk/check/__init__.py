"""What is wrong with a repository before anything is run."""

from __future__ import annotations

from typing import TYPE_CHECKING

from kiwerk.check.rule import Check, Rule
from kiwerk.check.rules import RULES
from kiwerk.check.run import run_checks

if TYPE_CHECKING:
    from datetime import datetime

    from kiwerk.finding import Finding
    from kiwerk.load.project import Project

__all__ = ["RULES", "Check", "Rule", "check_project", "run_checks"]


def check_project(project: Project, now: datetime) -> tuple[Finding, ...]:
    """Everything that is wrong with a repository, by path and position: what its reading found, and all rules."""
    return run_checks(project, now, RULES)
