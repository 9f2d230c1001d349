"""All rules over a repository, or over one part of it after the other."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from kiwerk.check.rule import find_severity
from kiwerk.check.survey import Survey

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence
    from datetime import datetime

    from kiwerk.check.rule import Check, Rule
    from kiwerk.check.survey import Notes
    from kiwerk.finding import Finding
    from kiwerk.load.project import Project


@dataclass(frozen=True, slots=True)
class Partial:
    """What is found in one part of a repository, and what rules about all of it want to know of it."""

    findings: frozenset[Finding]
    notes: Mapping[str, Notes]
    """By rule."""


def run_checks(project: Project, now: datetime, rules: Mapping[Rule, Check]) -> tuple[Finding, ...]:
    """What reading the repository found and what the rules find, by path and position, each finding once."""
    findings = set(project.findings)
    for rule, check in rules.items():
        findings.update(_weigh(check(project, now), rule, project))
    return sort_findings(findings)


def run_partial_checks(project: Project, now: datetime, rules: Mapping[Rule, Check]) -> Partial:
    """The same of a project that is one part of a repository with all that is common to its parts."""
    findings = set(project.findings)
    notes = {}
    for rule, check in rules.items():
        within: Check | None = check
        if isinstance(check, Survey):
            notes[rule.name] = check.note(project)
            within = check.within
        if within is not None:
            findings.update(_weigh(within(project, now), rule, project))
    return Partial(frozenset(findings), notes)


def judge_notes(
    common: Project, notes: Sequence[Mapping[str, Notes]], rules: Mapping[Rule, Check]
) -> frozenset[Finding]:
    """What the rules about the whole repository find in the notes of all its parts; `common` belongs to each."""
    findings: set[Finding] = set()
    for rule, check in rules.items():
        if isinstance(check, Survey):
            findings.update(_weigh(check.judge([part[rule.name] for part in notes]), rule, common))
    return frozenset(findings)


def sort_findings(findings: Iterable[Finding]) -> tuple[Finding, ...]:
    """The findings by path and position, each once."""
    return tuple(sorted(set(findings), key=lambda finding: (finding.span, finding.rule, finding.message)))


def _weigh(findings: Iterable[Finding], rule: Rule, project: Project) -> Iterator[Finding]:
    severity = find_severity(rule, project)
    return (replace(finding, severity=severity, blocks_deploy=rule.blocks_deploy) for finding in findings)
