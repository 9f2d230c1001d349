"""A run as JUnit XML: a suite for each agent, a test case for each reference, counterexample and sample.

What keeps `kiwerk eval` from being green without any conversation having failed is a test case as well: findings that
kept everything from being run, a run that is partial or held nothing, a policy's verdict.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from kiwerk.record import Decision, Result, Run, Score, Status
from kiwerk.report.evaluation_text import describe_partial
from kiwerk.report.junit import JUnitCase, JUnitSuite, Outcome, format_junit

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from kiwerk.finding import Finding
    from kiwerk.record import Conversation, Verdict

_OUTCOMES: dict[Status, Outcome] = {
    Status.PASSED: "passed",
    Status.FAILED: "failure",
    Status.MEASURED: "passed",
    Status.ERRORED: "error",
    Status.SKIPPED: "skipped",
}
_DECISIONS: dict[Decision, Outcome] = {
    Decision.PASSED: "passed",
    Decision.REFUSED: "failure",
    Decision.NOT_JUDGED: "error",
}
_FLAWED = (Status.FAILED, Status.ERRORED)


def format_evaluation_junit(
    run: Run | None, findings: Sequence[Finding] = (), verdicts: Sequence[Verdict] | None = None
) -> str:
    """The document.

    Args:
        run: what was run; absent where findings kept anything from being run.
        findings: of a repository that was not run; those of a run are failures of its conversations already.
        verdicts: a policy's, where one judged.
    """
    suites = [*_agents(run), JUnitSuite("kiwerk", list(_troubles(run)))] if run else [_check(findings)]
    suites.append(JUnitSuite("gate", [_verdict(verdict) for verdict in verdicts or ()]))
    return format_junit("kiwerk eval", suites)


def name_conversation(conversation: Conversation) -> str:
    """What a conversation is called among those of its suite: `dienstag[reference]`, `dienstag[sample-1]`."""
    case = conversation.case.rpartition("#")[2]
    sample = "sample" if conversation.origin == "model" else conversation.origin
    who = conversation.variant or (
        "reference" if conversation.origin == "reference" else f"{sample}-{conversation.repetition + 1}"
    )
    return f"{case}[{who}]"


def describe_score(score: Score) -> str:
    """A judgement in lines: what it is called and said, where it is written, at which turn."""
    turn = f"at user turn {score.turn}" if score.turn is not None else "of the whole conversation"
    place = f"written at {score.place}, " if score.place else ""
    return "\n".join([f"{score.name}: {score.message}", f"  {place}{turn}", *(f"  {why}" for why in score.reasons)])


def _agents(run: Run) -> Iterator[JUnitSuite]:
    known = {"run": run.id, "kiwerk": run.engine, "revision": run.revision or "", "selector": run.selector or ""}
    properties = {key: value for key, value in known.items() if value}
    for agent in dict.fromkeys(result.conversation.agent for result in run.results):
        cases = [_case(result, run.id) for result in run.results if result.conversation.agent == agent]
        yield JUnitSuite(agent, cases, run.started, properties)


def _case(result: Result, run: str) -> JUnitCase:
    flawed = [score for score in result.scores if score.status in _FLAWED]
    blocking = [score for score in flawed if score.severity == "block"]
    first = blocking[0] if blocking else None
    message, kind, text = result.reason or "", first.kind if first else "", ""
    if result.trips and not result.reason:
        tripped = ", ".join(dict.fromkeys(score.name for score in flawed)) or "nothing"
        message, kind = f"must trip {', '.join(result.trips)}; tripped {tripped}", "counterexample"
    elif first and not result.reason:
        more = f" (and {len(blocking) - 1} more)" if len(blocking) > 1 else ""
        message = f"{first.name}: {first.message}{more}"
    warned = [score for score in flawed if score.severity == "warn" and not result.trips]
    if result.status in _FLAWED:
        read = f"kiwerk show {run} {result.conversation.case.rpartition('#')[2]}"
        text = "\n".join([*map(describe_score, blocking or flawed), "", f"To read it: {read}"])
    return JUnitCase(
        suite=result.conversation.case.rpartition("#")[0],
        name=name_conversation(result.conversation),
        outcome=_OUTCOMES[result.status],
        message=message,
        type=kind,
        text=text,
        seconds=result.seconds,
        output="\n".join(f"only reported: {describe_score(score)}" for score in warned),
    )


def _troubles(run: Run) -> Iterator[JUnitCase]:
    if run.partial is not None:
        yield JUnitCase("kiwerk", "run is complete", "error", describe_partial(run.partial), "partial")
    elif not run.complete:
        message = f"{len(run.results)} of {run.planned} conversations have a result"
        yield JUnitCase("kiwerk", "run is complete", "error", message, "incomplete")
    elif not any(result.status is Status.PASSED for result in run.results):
        yield JUnitCase("kiwerk", "something was shown", "error", "no conversation passed", "empty")


def _check(findings: Sequence[Finding]) -> JUnitSuite:
    return JUnitSuite(
        "kiwerk check",
        [
            JUnitCase(
                finding.span.path,
                f"{finding.rule} in line {finding.span.line}",
                "error",
                finding.message,
                finding.rule,
                f"{finding.span.path}:{finding.span.line}:{finding.span.column}\n{finding.help or ''}".rstrip(),
            )
            for finding in findings
            if finding.severity == "error"
        ],
    )


def _verdict(verdict: Verdict) -> JUnitCase:
    rules = [rule for rule in verdict.rules if rule.decision is not Decision.PASSED]
    return JUnitCase(
        f"gate/{verdict.environment}",
        verdict.agent,
        _DECISIONS[verdict.decision],
        f"{verdict.decision} by policy {verdict.policy}",
        "policy",
        "\n".join(f"{rule.rule}: {rule.message}" for rule in rules),
    )
