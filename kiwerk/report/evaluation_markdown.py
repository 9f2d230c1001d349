"""A run as Markdown for a job summary; whatever a model or a file said is escaped."""

from __future__ import annotations

import html
import re
from typing import TYPE_CHECKING

from kiwerk.finding import Finding, Severity
from kiwerk.language.phrase import count
from kiwerk.record import AgentSummary, Bill, Run, Status, summarize_run
from kiwerk.record.run import NOT_HELD
from kiwerk.report.bill import describe_bill
from kiwerk.report.cells import show_text
from kiwerk.report.evaluation_text import (
    OTHERS,
    describe_model_evidence,
    describe_partial,
    describe_simulated_users,
)
from kiwerk.report.figures import describe_figures

if TYPE_CHECKING:
    from collections.abc import Sequence

_MOST_LISTED = 50
_LINKING = re.compile(r"(@(?=\w)|#(?=\d))")
"""GitHub looks for people, addresses and issues in the text that comes out: a backslash does not stop that, but a
comment between the sign and the name does."""
_ACTIVE = re.compile(r"([\\`*_{}\[\]()#+\-.!|@~:])")


def escape_markdown(text: str) -> str:
    """Text as it is: no mark-up, mention, link or image comes of it, and it stays on its line."""
    return _LINKING.sub(r"\1<!-- -->", _ACTIVE.sub(r"\\\1", _escape_html(text)))


def escape_summary(text: str) -> str:
    """Text as it is within `<summary>`, which is HTML: there a backslash would be seen."""
    return _LINKING.sub(r"\1<!-- -->", _escape_html(text))


def _escape_html(text: str) -> str:
    return html.escape(show_text(" ".join(text.split())), quote=False)


def format_findings_markdown(findings: Sequence[Finding]) -> str:
    """Findings as a list, errors first; empty where there are none."""
    ordered = sorted(findings, key=lambda finding: (finding.severity is not Severity.ERROR, finding.span))
    lines = [
        f"- {finding.severity} `{finding.rule}` {escape_markdown(finding.span.path)}, line {finding.span.line}: "
        f"{escape_markdown(finding.message)}"
        for finding in ordered[:_MOST_LISTED]
    ]
    if len(ordered) > _MOST_LISTED:
        lines.append(f"- and {len(ordered) - _MOST_LISTED} more")
    return "\n".join(["### Findings", "", *lines]) + "\n" if lines else ""


def format_evaluation_markdown(run: Run, bill: Bill) -> str:
    """The report of a run as Markdown."""
    summary = summarize_run(run)
    total = summary.total
    authored = (total.references, total.counterexamples)
    red = any(tally.passed < tally.total for tally in authored) or not any(tally.total for tally in authored)
    verdict = "cases do not behave as written" if red else "cases behave as written"
    if total.stopped:
        verdict += ", sampling was stopped once the verdict was certain"
    elif total.model.passed < total.model.total or total.errored:
        verdict += f", {total.model.total - total.model.passed} of {total.model.total} model samples did not pass"
    if run.partial is not None:
        verdict = f"partial, {describe_partial(run.partial)}"
    others = list(total.others)
    lines = [
        f"### Evaluation: {escape_markdown(verdict) if run.partial else verdict}",
        "",
        (
            f"{count(total.cases, 'case')}: references {total.references}, counterexamples {total.counterexamples}; "
            f"{describe_model_evidence(total)}{f'; {users}' if (users := describe_simulated_users(total)) else ''}."
        ),
        *(f"Spent by {escape_markdown(line)}." for line in describe_bill(bill)),
        *(f"Measured {escape_markdown(line)}." for line in describe_figures(run)),
        "",
        "| agent | cases | references | counterexamples | model samples |"
        + "".join(f" {OTHERS[name]} |" for name in others),
        f"| --- | ---: | ---: | ---: | ---: |{' ---: |' * len(others)}",
        *(
            f"| {escape_markdown(item.agent)} | {item.cases} | {item.references} | {item.counterexamples} | "
            f"{_describe_samples(item)} |" + "".join(f" {item.others.get(name, '')} |" for name in others)
            for item in summary.agents
        ),
        "",
    ]
    troubles = [
        result
        for result in run.results
        if result.status in (Status.FAILED, Status.ERRORED, Status.SKIPPED) and result.reason != NOT_HELD
    ]
    for result in troubles[:_MOST_LISTED]:
        failed = [score.name for score in result.scores if score.status in (Status.FAILED, Status.ERRORED)]
        why = result.reason or ", ".join(failed)
        who = result.conversation.variant or result.conversation.origin
        what = f"{escape_markdown(result.conversation.case)} ({escape_markdown(who)})"
        lines.append(f"- {result.status}: {what}: {escape_markdown(why)}")
    if len(troubles) > _MOST_LISTED:
        lines.append(f"- and {len(troubles) - _MOST_LISTED} more")
    return "\n".join(lines).rstrip() + "\n"


def _describe_samples(item: AgentSummary) -> str:
    if item.stopped:
        return f"{item.model.total} of {item.model.total + item.stopped}, stopped"
    return str(item.model) if item.model.total else "none"
