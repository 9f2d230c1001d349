"""All that `kiwerk gate` has to say, in the form asked for."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from kiwerk.report.alarm import format_alarms, format_alarms_markdown
from kiwerk.report.evaluation_markdown import escape_markdown
from kiwerk.report.findings import format_findings
from kiwerk.report.findings_json import describe_finding
from kiwerk.report.reliability import describe_repeats, format_reliabilities, format_reliabilities_markdown
from kiwerk.report.selection import describe_tier, describe_unasked
from kiwerk.report.verdict_markdown import format_verdicts_markdown
from kiwerk.report.verdict_text import format_verdicts

if TYPE_CHECKING:
    from collections.abc import Mapping

    from kiwerk.finding import Finding
    from kiwerk.record import Alarm, Reliability, Selection, TierChoice, Verdict
    from kiwerk.report.findings_text import Source
    from kiwerk.spec.policy import Repeats


@dataclass(frozen=True, slots=True)
class GateReport:
    """What the gate says about an environment."""

    environment: str
    verdicts: tuple[Verdict, ...]
    reliabilities: tuple[Reliability, ...]
    repeats: Repeats
    """Of its policy."""
    sources: Mapping[str, Source]
    """Sources of excerpts, by path."""
    base: str | None = None
    """Commit whose policy judged as well."""
    note: str = ""
    """What there is to say about that policy."""
    is_tier: bool = False
    """Whether a tier alone was to be judged."""
    selection: Selection | None = None
    """What a change can affect, where a tier was run since a base."""
    tier: TierChoice | None = None
    """What is sampled of it."""
    is_unaffected: bool = False
    """Whether nothing that changed has to be asked of a model."""
    alarms: tuple[Alarm, ...] | None = None
    """Present where it is to be explained."""
    findings: tuple[Finding, ...] = ()
    """What is wrong with the gate itself."""


def format_gate(report: GateReport, style: str, *, colour: bool) -> str:
    """The report as `text`, `json` or `markdown`."""
    if style == "json":
        return json.dumps(_describe(report), ensure_ascii=False, indent=2) + "\n"
    if report.is_tier and not report.verdicts:
        unasked = describe_unasked(report.selection, is_unaffected=report.is_unaffected)
        message = f"Gate for {report.environment}: {unasked}"
        return f"### {escape_markdown(message)}\n\n" if style == "markdown" else f"{message}\n"
    return _format_markdown(report) if style == "markdown" else _format_text(report, colour=colour)


def _describe(report: GateReport) -> dict[str, Any]:
    body: dict[str, Any] = {
        "version": 1,
        "environment": report.environment,
        "base": report.base,
        "verdicts": [verdict.model_dump(mode="json") for verdict in report.verdicts],
        "reliability": [item.model_dump(mode="json") for item in report.reliabilities],
    }
    if report.is_tier:
        body["selection"] = report.selection.model_dump(mode="json") if report.selection else None
        body["tier"] = report.tier.model_dump(mode="json") if report.tier else None
    if report.alarms is not None:
        body["alarms"] = [item.model_dump(mode="json") for item in report.alarms]
        body["findings"] = [describe_finding(finding) for finding in report.findings]
    return body


def _format_markdown(report: GateReport) -> str:
    parts = [format_verdicts_markdown(report.verdicts, report.environment, report.note)]
    if report.tier is not None:
        parts.append(f"{escape_markdown(describe_tier(report.tier))}\n")
    if report.alarms is not None:
        reliabilities = format_reliabilities_markdown(report.reliabilities)
        parts += [f"{reliabilities}\n{describe_repeats(report.repeats)}\n", format_alarms_markdown(report.alarms)]
    return "\n".join(parts)


def _format_text(report: GateReport, *, colour: bool) -> str:
    parts = [format_verdicts(report.verdicts, report.note, colour=colour)]
    if report.tier is not None:
        parts.append(f"{describe_tier(report.tier)}\n")
    if report.alarms is not None:
        repeats = describe_repeats(report.repeats)
        parts.append(f"{format_reliabilities(report.reliabilities)}{repeats}\n{format_alarms(report.alarms)}")
        if report.findings:
            parts.append(format_findings(report.findings, report.sources, "text"))
    return "\n".join(parts)
