"""Which cases a change can affect, line by line, and why the others were left out."""

from __future__ import annotations

from typing import TYPE_CHECKING

from kiwerk.language.phrase import count, join_names
from kiwerk.report.evaluation_markdown import escape_markdown

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from kiwerk.record import SelectedCase, Selection

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


def describe_selection(selection: Selection) -> str:
    """One sentence with the figures."""
    number = len(selection.selected)
    total = number + len(selection.left_out)
    since = f"since {selection.base[:12]}, where HEAD left {selection.revision}"
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
