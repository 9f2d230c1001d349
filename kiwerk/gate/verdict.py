"""A policy's verdict over one agent: its own rules, and two that are always there.

What cannot be shown is refused; without a single sample of a model there is nothing to judge.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from kiwerk.finding import Finding, Severity
from kiwerk.gate.complete import COMPLETE, judge_complete
from kiwerk.gate.requirement import REQUIREMENTS
from kiwerk.gate.today import (
    NO_EVIDENCE,
    Deployed,
    ExpectedCase,
    Today,
    is_exempted,
    is_in_force,
    leave_out_exempted,
    select_cases,
    select_today,
)
from kiwerk.language.phrase import count, join_names
from kiwerk.record import BaselineFigures, Calibration, Decision, RuleVerdict, SampleScore, Verdict
from kiwerk.select import SelectorProblem
from kiwerk.spec.base import one_of
from kiwerk.spec.policy import REQUIREMENTS as REQUIREMENT_KEYS
from kiwerk.spec.policy import Policy, PolicyException, PolicyRule

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

FINDINGS = "findings"


def decide_verdict(  # noqa: PLR0913 - a verdict names all that it depends on
    policy: Policy,
    *,
    policy_id: str,
    agent: str,
    environment: str,
    ships: str,
    cases: Sequence[ExpectedCase],
    samples: Sequence[SampleScore],
    findings: Sequence[Finding],
    now: datetime,
    calibrations: Sequence[Calibration] = (),
    deployed: Deployed | None = None,
    baselines: Sequence[BaselineFigures] = (),
) -> Verdict:
    """The gate's answer for one agent: passed only if every rule says so.

    Args:
        policy: what must hold.
        policy_id: its id, for the record.
        agent: id of the agent.
        environment: where it would be deployed, for the record.
        ships: digest of what would be deployed.
        cases: every case of the agent as it is today.
        samples: what was sampled of exactly these `ships`; what does not fit today's cases is left out here.
        findings: what is wrong in the files the agent is made of.
        now: with offset; an exception ends with its last day in that zone.
        calibrations: how far judges agree with people.
        deployed: what is deployed there now; a rule about regressions refuses where nobody looked.
        baselines: how the cases went with what is deployed, beside how they went with `ships`.

    Raises:
        ValueError: `now` has no offset, a case is another agent's, or two cases have the same id.
    """
    _check_arguments(agent, cases, now)
    today = select_today(
        policy,
        cases,
        samples,
        now,
        ships=ships,
        calibrations=calibrations,
        deployed=deployed,
        baselines=baselines,
    )
    rules = (
        _judge_complete(today),
        _judge_findings(findings),
        *(_judge_rule(rule, today) for rule in policy.rules),
    )
    counted = today.of(today.cases)
    return Verdict(
        agent=agent,
        environment=environment,
        policy=policy_id,
        ships=ships,
        decision=_decide(rules, today),
        rules=rules,
        samples=len(counted),
        oldest=min((sample.sampled for sample in counted), default=None),
    )


def _check_arguments(agent: str, cases: Sequence[ExpectedCase], now: datetime) -> None:
    if now.tzinfo is None:
        raise ValueError("`now` needs an offset")
    foreign = next((case.case for case in cases if case.agent != agent), None)
    if foreign is not None:
        raise ValueError(f"{foreign} is no case of {agent}")
    if len({case.case for case in cases}) != len(cases):
        raise ValueError(f"{agent} has two cases with the same id")


def _decide(rules: Sequence[RuleVerdict], today: Today) -> Decision:
    """An agent without cases is refused, not waited for: no model can give it evidence."""
    if today.cases and not today.has_evidence:
        return Decision.NOT_JUDGED
    passed = bool(rules) and all(rule.decision is Decision.PASSED for rule in rules)
    return Decision.PASSED if passed else Decision.REFUSED


def _judge_complete(today: Today) -> RuleVerdict:
    answer = judge_complete(today)
    if today.cases and not today.has_evidence:
        return _verdict(COMPLETE, answer.message, Decision.NOT_JUDGED)
    return _verdict(COMPLETE, answer.message, Decision.PASSED if answer.met else Decision.REFUSED)


def _judge_findings(findings: Sequence[Finding]) -> RuleVerdict:
    """Errors refuse, and so do warnings about what has gone stale."""
    against = [finding for finding in findings if finding.severity is Severity.ERROR or finding.blocks_deploy]
    if not against:
        return _verdict(FINDINGS, "nothing in the files speaks against it", Decision.PASSED)
    listed = [f"{finding.rule} at {finding.span.path}:{finding.span.line}" for finding in against]
    message = f"{count(len(against), 'finding')} must be dealt with first: {join_names(listed)}"
    return _verdict(FINDINGS, message, Decision.REFUSED)


def _judge_rule(rule: PolicyRule, today: Today) -> RuleVerdict:
    exceptions = [entry for entry in today.policy.exceptions if entry.rule == rule.id]
    unreadable = _find_unreadable(rule.select, *(entry.select for entry in exceptions))
    if unreadable is not None:
        return _verdict(rule.id, unreadable, Decision.REFUSED)
    selected = select_cases(rule.select, today.cases)
    if not selected:
        message = f"its selector '{rule.select or '*'}' selects none of {count(len(today.cases), 'case')}"
        return _verdict(rule.id, message, Decision.REFUSED)
    if not today.has_evidence:
        return _verdict(rule.id, NO_EVIDENCE, Decision.NOT_JUDGED)
    remaining = leave_out_exempted(rule, selected, today)
    answer = REQUIREMENTS[one_of(rule.require, REQUIREMENT_KEYS, "require")](rule.require, remaining, today)
    notes = [_format_exception(entry, selected, today) for entry in exceptions if _concerns(entry, selected)]
    message = "; ".join((answer.message, *notes))
    return _verdict(rule.id, message, Decision.PASSED if answer.met else Decision.REFUSED)


def _find_unreadable(*selectors: str | None) -> str | None:
    for selector in selectors:
        try:
            select_cases(selector, ())
        except SelectorProblem as problem:
            return f"the selector '{selector}' cannot be read: {problem.message}"
    return None


def _concerns(exception: PolicyException, selected: Sequence[ExpectedCase]) -> bool:
    return any(is_exempted(case, exception) for case in selected)


def _format_exception(exception: PolicyException, selected: Sequence[ExpectedCase], today: Today) -> str:
    cases = join_names([case.case for case in selected if is_exempted(case, exception)])
    decided = f"by {exception.owner}: {exception.reason.removesuffix('.')}"
    if is_in_force(exception, today.now):
        return f"without {cases} until {exception.until} ({decided})"
    return f"the exception for {cases} expired on {exception.until} and has no effect ({decided})"


def _verdict(rule: str, clause: str, decision: Decision) -> RuleVerdict:
    return RuleVerdict(rule=rule, decision=decision, message=f"{clause}.")
