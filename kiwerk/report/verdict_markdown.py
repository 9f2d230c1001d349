"""What the gate decided, as Markdown for a job summary."""

from __future__ import annotations

from typing import TYPE_CHECKING

from kiwerk.record import Decision, Verdict
from kiwerk.report.evaluation_markdown import escape_markdown
from kiwerk.report.verdict_text import MARKS, NO_EVIDENCE, describe_decision

if TYPE_CHECKING:
    from collections.abc import Sequence


def format_verdicts_markdown(verdicts: Sequence[Verdict], environment: str, note: str = "") -> str:
    """The verdicts as Markdown, the worst of them in the heading, and a sentence about all of them."""
    lines = [
        f"### Gate for {escape_markdown(environment)}: {_headline(verdicts)}",
        "",
        "| agent | policy | verdict | why |",
        "| --- | --- | --- | --- |",
    ]
    for verdict in verdicts:
        reasons = [rule for rule in verdict.rules if rule.decision is not Decision.PASSED] or list(verdict.rules)
        why = "<br>".join(f"{escape_markdown(rule.rule)}: {escape_markdown(rule.message)}" for rule in reasons)
        lines.append(
            f"| {escape_markdown(verdict.agent)} | {escape_markdown(verdict.policy)} "
            f"| {MARKS[verdict.decision][0]} {describe_decision(verdict)} | {why} |"
        )
    return "\n".join((*lines, *(["", escape_markdown(note)] if note else []))) + "\n"


def _headline(verdicts: Sequence[Verdict]) -> str:
    decisions = [verdict.decision for verdict in verdicts]
    if Decision.REFUSED in decisions or not decisions:
        return "refused"
    return NO_EVIDENCE if Decision.NOT_JUDGED in decisions else "passed"
