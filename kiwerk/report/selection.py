"""Which cases a change can affect, line by line, and why the others were left out."""

from __future__ import annotations

from typing import TYPE_CHECKING

from kiwerk.language.phrase import count, join_names
from kiwerk.report.evaluation_markdown import escape_markdown

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from kiwerk.record import SelectedCase, Selection, TierChoice

_MOST_NAMED = 3


def format_selection(selection: Selection, *, explain: bool = False, explain_not: bool = False) -> str:
    """The selection as text: how many cases; with `explain` by which lines, with `explain_not` why not the others."""
    lines = [f"{describe_selection(selection)}\n"]
    if explain:
        lines += [f"  {line}\n" for line in _explain(selection)]
    if explain_not:
        lines += [f"  left out: {line}\n" for line in _explain_not(selection)]
    return "".join(lines)


def format_selection_markdown(selection: Selection) -> str:
    """The selection as Markdown, with the lines."""
    lines = [f"### Selection: {escape_markdown(describe_selection(selection))}", ""]
    lines += [f"- {escape_markdown(line)}" for line in _explain(selection)]
    return "\n".join(lines).rstrip() + "\n"


def format_tier(tier: TierChoice, *, explain_not: bool = False) -> str:
    """What a tier samples as text; with `explain_not` every case that it leaves out."""
    lines = [f"{describe_tier(tier)}\n"]
    if explain_not:
        lines += [f"  not sampled: {item.case} ({item.reason})\n" for item in tier.left_out]
    return "".join(lines)


def format_tier_markdown(tier: TierChoice) -> str:
    """What a tier samples as Markdown."""
    return f"{escape_markdown(describe_tier(tier))}\n"


def describe_tier(tier: TierChoice) -> str:
    """One sentence with the figures, which says that it is a sample."""
    what = f"{tier.critical} critical, {tier.failed} failed recently, {tier.drawn} drawn"
    where = f"from {count(tier.strata, 'stratum', 'strata')} (seed {tier.seed})"
    parts = [f"Tier {tier.tier}, a sample and not enough for a deploy: {what} {where}"]
    parts.append(count(tier.conversations, "conversation"))
    if tier.left_out:
        names = join_names([item.case for item in tier.left_out], most=_MOST_NAMED)
        parts.append(f"{count(len(tier.left_out), 'case')} not sampled: {names}")
    return "; ".join(parts)


def describe_selection(selection: Selection) -> str:
    """One sentence with the figures."""
    number = len(selection.selected)
    total = number + len(selection.left_out)
    left = f", where HEAD left {selection.revision}" if selection.revision != selection.base else ""
    since = f"since {selection.base[:12]}{left}"
    if not number:
        return f"None of {count(total, 'case')} is affected by what changed {since}"
    parts = [f"{number} of {count(total, 'case')} {'is' if number == 1 else 'are'} affected by what changed {since}"]
    rescored = sum(case.is_rescored for case in selection.selected)
    if rescored:
        parts.append(f"{rescored} re-scored, without a new conversation where one is stored")
    scripted = sum(not case.needs_model for case in selection.selected)
    if scripted:
        parts.append(f"{scripted} by reference and counterexamples alone")
    return "; ".join(parts)


def describe_unasked(selection: Selection | None, *, is_unaffected: bool) -> str:
    """Why the gate of a pull request has nobody to judge, and what that means."""
    if selection is not None and is_unaffected:
        return f"passed, for nothing has to be asked of a model: {describe_selection(selection)}"
    return "not judged: no run of the tier pull-request sampled anything"


def _explain(selection: Selection) -> Iterator[str]:
    groups: dict[str, list[SelectedCase]] = {}
    for case in selection.selected:
        reasons = [
            f"{cause.path}:{cause.line} {cause.key}{' (gone)' if cause.gone else ''} → {cause.effect}"
            for cause in case.causes
        ]
        for reason in reasons or [case.note or f"{join_names(case.differs)} differs, by no line that could be found"]:
            groups.setdefault(reason, []).append(case)
    for reason, cases in groups.items():
        names = [_name(case) for case in cases]
        yield f"{reason} → {_count(names)}{'; re-scored' if all(case.is_rescored for case in cases) else ''}"


def _explain_not(selection: Selection) -> Iterator[str]:
    groups: dict[str, list[str]] = {}
    for case in selection.left_out:
        groups.setdefault(case.reason, []).append(case.case)
    for reason, names in groups.items():
        yield f"{reason} → {_count(names)}"


def _count(names: Sequence[str]) -> str:
    return ", ".join(names) if len(names) <= _MOST_NAMED else count(len(names), "case")


def _name(case: SelectedCase) -> str:
    return f"{case.case} (formerly {case.formerly})" if case.formerly else case.case
