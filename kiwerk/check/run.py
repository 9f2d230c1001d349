"""All rules over one repository."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from kiwerk.check.rule import find_severity

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from kiwerk.check.rule import Check, Rule
    from kiwerk.finding import Finding
    from kiwerk.load.project import Project


def run_checks(project: Project, now: datetime, rules: Mapping[Rule, Check]) -> tuple[Finding, ...]:
    """What reading the repository found and what the rules find, by path and position, each finding once."""
    findings = set(project.findings)
    for rule, check in rules.items():
        severity = find_severity(rule, project)
        findings |= {
            replace(finding, severity=severity, blocks_deploy=rule.blocks_deploy) for finding in check(project, now)
        }
    return tuple(sorted(findings, key=lambda finding: (finding.span, finding.rule, finding.message)))
