"""What `kiwerk score` has to say, in the form asked for: what changed first, the figures last."""

from __future__ import annotations

import json
from collections import Counter
from typing import TYPE_CHECKING

from rich.text import Text

from kiwerk.language.phrase import count, join_names
from kiwerk.record import summarize_run
from kiwerk.report.evaluation_markdown import escape_markdown, format_findings_markdown
from kiwerk.report.findings_json import describe_finding
from kiwerk.report.findings_text import format_findings_text
from kiwerk.report.hide import hide_secrets
from kiwerk.report.layout import draw, hang

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from rich.console import RenderableType

    from kiwerk.finding import Finding
    from kiwerk.record import Conversation, Rejudged, Rescoring, ScoreChange
    from kiwerk.report.findings_text import Source

_MOST_LISTED = 50
_STYLES = {"passed": "green", "failed": "red", "errored": "magenta", "skipped": "yellow"}


def format_rescoring(
    rescoring: Rescoring, findings: Sequence[Finding], sources: Mapping[str, Source], style: str, *, colour: bool
) -> str:
    """The report as `text`, `markdown` or `json`."""
    if style == "json":
        return _format_json(rescoring, findings)
    if style == "markdown":
        parts = [_format_markdown(rescoring), format_findings_markdown(hide_secrets(findings))]
        return "\n".join(part for part in parts if part)
    text = draw(*_parts(rescoring), colour=colour)
    if findings:
        text += "\n" + format_findings_text(hide_secrets(findings), sources, colour=colour)
    return text


def _parts(rescoring: Rescoring) -> Iterator[RenderableType]:
    yield Text.assemble(("kiwerk score", "bold"), f"  run {rescoring.run.id} by today's expectations\n")
    turned = [change for change in rescoring.changes if change.before != change.after]
    for change in turned[:_MOST_LISTED]:
        after = _STYLES.get(change.after, "")
        yield Text.assemble(
            (f"{change.before} → {change.after}", after), f"  {_name(change.conversation)}", no_wrap=True
        )
        for score in change.scores:
            place = f"  {score.place}" if score.place else ""
            yield hang(_describe(score), (place, "dim"), indent=4)
    for unfit in rescoring.refused[:_MOST_LISTED]:
        yield Text.assemble(("refused", "yellow"), f"  {_name(unfit.conversation)}", no_wrap=True)
        yield Text(f"    {unfit.reason}", style="dim")
    more = max(0, len(turned) - _MOST_LISTED) + max(0, len(rescoring.refused) - _MOST_LISTED)
    if more:
        yield Text(f"… and {more} more; --format json has all of them", style="dim")
    if turned or rescoring.refused:
        yield ""
    yield Text(_summarize(rescoring))


def _summarize(rescoring: Rescoring) -> str:
    """The figures in one sentence."""
    judged = [result for result in rescoring.run.results if result.transcript]
    turned = Counter(f"{item.before} → {item.after}" for item in rescoring.changes if item.before != item.after)
    quiet = len(rescoring.changes) - turned.total()
    outcomes = join_names([f"{number} {what}" for what, number in sorted(turned.items())]) or "no outcome changed"
    parts = [f"{count(len(judged), 'conversation')} judged again" + (f": {outcomes}" if judged else "")]
    if quiet:
        parts.append(f"{quiet} with other judgements and the same outcome")
    if rescoring.refused:
        parts.append(f"{len(rescoring.refused)} refused: `kiwerk eval` holds them anew")
    return "; ".join(parts)


def _name(conversation: Conversation) -> str:
    who = conversation.variant or conversation.origin
    return f"{conversation.case}  {f'sample {conversation.repetition + 1}' if who == 'model' else who}"


def _describe(score: ScoreChange) -> str:
    where = f" (turn {score.turn})" if score.turn else ""
    return f"{score.name}{where}: {score.before or 'new'} → {score.after or 'gone'}: {score.message}"


def _format_markdown(rescoring: Rescoring) -> str:
    lines = ["### Judged again", "", f"Run `{rescoring.run.id}`: {escape_markdown(_summarize(rescoring))}."]
    turned = [change for change in rescoring.changes if change.before != change.after]
    if turned:
        lines += ["", "| conversation | outcome | why |", "| --- | --- | --- |"]
        lines += [_row(change) for change in turned[:_MOST_LISTED]]
    if rescoring.refused:
        lines.append("")
    lines += [
        f"- refused: {escape_markdown(_name(item.conversation))}: {escape_markdown(item.reason)}"
        for item in rescoring.refused[:_MOST_LISTED]
    ]
    return "\n".join(lines) + "\n"


def _row(change: Rejudged) -> str:
    why = "<br>".join(escape_markdown(_describe(score)) for score in change.scores)
    return f"| {escape_markdown(_name(change.conversation))} | {change.before} → {change.after} | {why} |"


def _format_json(rescoring: Rescoring, findings: Sequence[Finding]) -> str:
    body = {
        "version": 1,
        "run": rescoring.run.id,
        "summary": summarize_run(rescoring.run).model_dump(mode="json"),
        "changes": [change.model_dump(mode="json") for change in rescoring.changes],
        "refused": [item.model_dump(mode="json") for item in rescoring.refused],
        "findings": [describe_finding(finding) for finding in findings],
    }
    return json.dumps(body, ensure_ascii=False, indent=2) + "\n"
