"""All that `kiwerk eval` has to say, in the form asked for."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING

from kiwerk.record import Bill, Run, Selection, TierChoice, Verdict, summarize_run
from kiwerk.report.evaluation_junit import format_evaluation_junit
from kiwerk.report.evaluation_markdown import format_evaluation_markdown, format_findings_markdown
from kiwerk.report.evaluation_text import format_evaluation
from kiwerk.report.findings_json import describe_finding
from kiwerk.report.findings_text import format_findings_text
from kiwerk.report.hide import hide_secrets
from kiwerk.report.reliability import format_reliabilities, format_reliabilities_markdown, measure_run
from kiwerk.report.selection import format_selection, format_selection_markdown, format_tier, format_tier_markdown
from kiwerk.report.verdict_markdown import format_verdicts_markdown
from kiwerk.report.verdict_text import format_verdicts

if TYPE_CHECKING:
    from collections.abc import Mapping

    from kiwerk.finding import Finding
    from kiwerk.report.findings_text import Source


@dataclass(frozen=True, slots=True)
class Report:
    """What came of an evaluation."""

    sources: Mapping[str, Source]
    """Sources of excerpts, by path."""
    findings: tuple[Finding, ...]
    run: Run | None = None
    """Absent where the findings kept anything from being run."""
    resumed: int = 0
    bill: Bill | None = None
    """What the run spent."""
    verdicts: tuple[Verdict, ...] | None = None
    """Present where a policy judged the model's samples."""
    selection: Selection | None = None
    """Present where only what a change can affect was run."""
    tier: TierChoice | None = None
    """Present where the model was asked about a sample of the cases."""
    explain: bool = False
    """Whether to say which line selected each case."""
    explain_not: bool = False
    """Whether to say why each other case was left out."""


def format_report(report: Report, style: str, *, colour: bool) -> str:
    """The report as `text`, `json`, `markdown` or `junit`."""
    if style == "json":
        return _format_json(report)
    if style == "junit":
        return format_evaluation_junit(report.run, hide_secrets(report.findings), report.verdicts)
    if style == "markdown":
        return _format_markdown(report)
    parts = []
    if report.selection is not None:
        parts.append(format_selection(report.selection, explain=report.explain, explain_not=report.explain_not))
    if report.tier is not None:
        parts.append(format_tier(report.tier, explain_not=report.explain_not))
    if report.run is not None:
        parts.append(format_evaluation(report.run, report.bill or Bill(), resumed=report.resumed, colour=colour))
        parts.append(format_reliabilities(measure_run(report.run)))
    if report.verdicts is not None:
        parts.append(format_verdicts(report.verdicts, colour=colour))
    if report.findings:
        parts.append(format_findings_text(hide_secrets(report.findings), report.sources, colour=colour))
    return "\n".join(filter(None, parts))


def _format_markdown(report: Report) -> str:
    parts = []
    if report.verdicts:
        parts.append(format_verdicts_markdown(report.verdicts, report.verdicts[0].environment))
    if report.selection is not None:
        parts.append(format_selection_markdown(report.selection))
    if report.tier is not None:
        parts.append(format_tier_markdown(report.tier))
    if report.run is not None:
        parts.append(format_evaluation_markdown(report.run, report.bill or Bill()))
        parts.append(format_reliabilities_markdown(measure_run(report.run)))
    if report.findings:
        parts.append(format_findings_markdown(hide_secrets(report.findings)))
    return "\n".join(filter(None, parts))


def _format_json(report: Report) -> str:
    run = report.run
    body = {
        "version": 1,
        "summary": summarize_run(run).model_dump(mode="json") if run else None,
        "bill": report.bill.model_dump(mode="json") if report.bill else None,
        "findings": [describe_finding(finding) for finding in report.findings],
        "verdicts": [verdict.model_dump(mode="json") for verdict in report.verdicts or ()],
        "reliability": [item.model_dump(mode="json") for item in measure_run(run)] if run else [],
        "selection": report.selection.model_dump(mode="json") if report.selection else None,
        "tier": report.tier.model_dump(mode="json") if report.tier else None,
        "run": run.model_dump(mode="json") if run else None,
    }
    return json.dumps(body, ensure_ascii=False, indent=2) + "\n"
