"""Policies, cases and samples as small as they can be.

Samples are written by case, one sign each: `+` passed, `-` failed, `!` errored, `s` skipped, `m` measured.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from typing import Any

from kiwerk.finding import Finding, Severity, Span
from kiwerk.gate import ExpectedCase, decide_verdict
from kiwerk.record import SampleScore, Source, Status, Verdict
from kiwerk.spec import Policy

NOW = datetime(2026, 12, 10, 12, 0, tzinfo=UTC)
STATUSES = {"+": Status.PASSED, "-": Status.FAILED, "!": Status.ERRORED, "s": Status.SKIPPED, "m": Status.MEASURED}

FAILURES = {"id": "kritisch", "select": "tag:critical", "require": {"failures": {"max": 0}}}
PASS_RATE = {"id": "gesamt", "require": {"pass_rate": {"min": 0.9, "lower_bound": 0.2}}}
SAMPLES = {
    "id": "herkunft",
    "require": {"samples": {"origin": "model", "providers": ["mistral"], "max_age": "14d"}},
}


def make_policy(*rules: dict[str, Any], repeats: int = 1, exceptions: Iterable[dict[str, Any]] = ()) -> Policy:
    return Policy.model_validate(
        {
            "kind": "Policy",
            "repeats": {"critical": repeats, "other": repeats},
            "rules": list(rules) or [SAMPLES],
            "exceptions": list(exceptions),
        }
    )


def make_case(name: str, *tags: str) -> ExpectedCase:
    return ExpectedCase("a/agent", f"a/suite#{name}", "a/suite", tags, None, f"stimulus-{name}", "oracle")


def make_sample(
    name: str, status: str = "+", repetition: int = 0, *, age: timedelta = timedelta(days=1), **changes: Any
) -> SampleScore:
    sample = SampleScore(
        case=f"a/suite#{name}",
        stimulus=f"stimulus-{name}",
        oracle="oracle",
        repetition=repetition,
        sampled=NOW - age,
        source=Source(origin="model", provider="mistral"),
        status=STATUSES[status],
        failed=("address",) if status == "-" else (),
    )
    return sample.model_copy(update=changes)


def make_samples(statuses: dict[str, str]) -> list[SampleScore]:
    return [make_sample(name, status, number) for name, of in statuses.items() for number, status in enumerate(of)]


def judge(
    policy: Policy,
    cases: list[ExpectedCase],
    samples: list[SampleScore],
    findings: Iterable[Finding] = (),
    now: datetime = NOW,
) -> Verdict:
    return decide_verdict(
        policy,
        policy_id="standard",
        agent="a/agent",
        environment="production",
        ships="f" * 64,
        cases=cases,
        samples=samples,
        findings=list(findings),
        now=now,
    )


def find_rule(verdict: Verdict, name: str) -> tuple[str, str]:
    (rule,) = (rule for rule in verdict.rules if rule.rule == name)
    return str(rule.decision), rule.message


def make_finding(severity: Severity = Severity.WARNING, *, blocks_deploy: bool = False) -> Finding:
    span = Span("agents/a/preise.yaml", 4, 1, 4, 10)
    return Finding("expired-fact", "Expired", span, severity, blocks_deploy=blocks_deploy)


def make_exception(rule: str, select: str, until: str = "2026-12-10") -> dict[str, Any]:
    reason = "Der Anbieter behebt den Fehler."
    return {"rule": rule, "select": select, "owner": "Dr. Jana Weber", "reason": reason, "until": until}
