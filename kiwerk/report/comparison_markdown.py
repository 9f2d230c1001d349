"""What a change makes different, as one comment on a pull request.

The verdict stands in the first line, above any fold; what a reviewer must see is open, the rest is folded. Whatever a
model, a user or a file said is escaped: no mark-up, mention, link or image comes of it. GitHub takes 65,535 characters
of a comment and 1 MiB of a job summary: what does not fit is counted, and a link leads to the page that has it.

Format: GitHub Flavored Markdown, https://github.github.com/gfm/
"""

from __future__ import annotations

import json
from collections import Counter
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from kiwerk.language.phrase import count, join_names
from kiwerk.report.comparison_text import (
    STATUSES,
    describe_change,
    describe_slice,
    describe_spread,
    describe_stopped,
    describe_tested,
    name_version,
    order_cases,
    order_coverage,
    summarize_comparison,
)
from kiwerk.report.evaluation_markdown import escape_markdown, escape_summary

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from kiwerk.record import Score, Turn
    from kiwerk.record.comparison import Capability, CaseChange, Comparison, Piece, PromptChange, Weakening

KEY = "<!-- kiwerk diff -->"
"""By this a comment is found again, so that a pull request has one, however often it is pushed to."""
LIMIT = 65_535
"""Characters of a comment."""
SUMMARY_LIMIT = 1024 * 1024
"""Bytes of what one step adds to the summary of its job."""

_LONGEST_TEXT = 600
"""Characters of one turn or value; a reply of megabytes says in its beginning what is wrong with it."""
_AROUND = 60
_LOUD = ("regressed", "errored", "undecided")
_DIRECTIONS = {"wider": "**wider**", "review": "review", "narrower": "narrower"}


@dataclass(slots=True)
class _Section:
    """A heading with items, of which those are written that there is room for."""

    title: str
    items: list[str] = field(default_factory=list)
    before: str = ""
    """What stands above the items, such as the head of a table."""
    is_open: bool = True


def format_comparison_markdown(comparison: Comparison, page: str | None = None, limit: int = LIMIT) -> str:
    """The comment.

    Args:
        comparison: what was found.
        page: address of the page that has everything, where there is one.
        limit: characters at most.
    """
    return _format(comparison, page, limit, len)


def format_comparison_summary(comparison: Comparison, page: str | None = None) -> str:
    """The same for the summary of a job, which has room for more: of that, bytes are counted."""
    return _format(comparison, page, SUMMARY_LIMIT, _count_bytes)


def _count_bytes(text: str) -> int:
    return len(text.encode("utf-8", "surrogatepass"))


def _format(comparison: Comparison, page: str | None, limit: int, measure: Callable[[str], int]) -> str:
    head = [
        KEY,
        f"### kiwerk: {escape_markdown(summarize_comparison(comparison))}",
        "",
        _describe_sides(comparison),
        *([f"[Everything side by side]({page})"] if page else []),
        "",
    ]
    text = "\n".join(head)
    more = f"; [the page]({page}) has all of them" if page else ""
    sections = [section for section in _sections(comparison) if section.items]
    left: list[_Section] = []
    for number, section in enumerate(sections):
        # what may have to be said of this section and all that follow
        kept = measure(_name_left([*left, *sections[number:]]))
        written = _write(section, limit - measure(text) - kept, more, measure)
        text += written
        if not written:
            left.append(section)
    said = _name_left(left)
    if measure(text + said) > limit:
        said = _count_left(left)
    return (text + (said if measure(text + said) <= limit else "")).rstrip() + "\n"


def _name_left(sections: Sequence[_Section]) -> str:
    """The sections that there is no room for at all, each with the number of its items."""
    titles = [item.title if item.title.endswith(")") else _title(item.title, item.items) for item in sections]
    return f"\nNo room for: {', '.join(titles)}.\n" if titles else ""


def _count_left(sections: Sequence[_Section]) -> str:
    return f"\nNo room for {count(sum(len(item.items) for item in sections), 'item')}.\n" if sections else ""


def _write(section: _Section, room: int, more: str, measure: Callable[[str], int]) -> str:
    """A section in as much room as there is, with the number of items that are left out; empty where it has none."""
    opening = f"#### {section.title}\n\n" if section.is_open else f"<details><summary>{section.title}</summary>\n\n"
    closing = "\n" if section.is_open else "\n</details>\n\n"
    rest = "\n… and {} more" + more + "\n"
    text = opening + (f"{section.before}\n" if section.before else "")
    room -= measure(text + closing + rest) + 10
    if room < 0:
        return ""
    shown = 0
    for item in section.items:
        size = measure(item) + 1
        if size > room:
            break
        text += f"{item}\n"
        room -= size
        shown += 1
    left = len(section.items) - shown
    return text + (rest.format(left) if left else "") + closing


def _describe_sides(comparison: Comparison) -> str:
    statuses = Counter[str](case.status for case in comparison.behaviour.cases)
    cases = join_names([f"{statuses[name]} {name}" for name in STATUSES if statuses[name]], most=len(STATUSES))
    sides = f"{name_version(comparison.base)} → {name_version(comparison.head)}"
    parts = [escape_markdown(sides), f"cases: {cases}" if cases else "no cases"]
    baseline = comparison.baseline
    if baseline.samples and baseline.oldest:
        models = escape_markdown(join_names(list(baseline.reported)))
        parts.append(
            f"baseline: {count(baseline.samples, 'sample')} of {models}, the oldest from {baseline.oldest:%Y-%m-%d}"
        )
    return "; ".join(parts) + "."


def _sections(comparison: Comparison) -> Iterator[_Section]:
    behaviour = comparison.behaviour
    yield _Section("What weakens the gate", [_weakening(item) for item in comparison.weakenings])
    yield _Section(
        "What agents may do",
        [_capability(item) for item in comparison.capabilities],
        "| | whose | what | where |\n| --- | --- | --- | --- |",
    )
    stopped = [describe_stopped(comparison.stopped)] if comparison.stopped else []
    notes = [
        *stopped,
        *comparison.baseline.warnings,
        *comparison.base.broken,
        *comparison.head.broken,
        *comparison.left_out,
    ]
    yield _Section("To know", [f"- {escape_markdown(_cut(note))}" for note in notes])
    cases = order_cases(behaviour.cases)
    yield _Section("Regressions", [_case(case, is_open=True) for case in cases if case.status == "regressed"])
    loud = [case for case in cases if case.status in _LOUD and case.status != "regressed"]
    yield _Section(_title("Not decided", loud), [_case(case) for case in loud], is_open=False)
    yield _Section("Behaviour as a whole", [f"- {escape_markdown(describe_slice(item))}" for item in behaviour.slices])
    coverage = order_coverage(comparison.coverage)
    untested = [f"- {escape_markdown(describe_tested(item))}" for item in coverage if not item.after]
    yield _Section("Changed, and nobody tests it", untested)
    tested = [f"- {escape_markdown(describe_tested(item))}" for item in coverage if item.after]
    yield _Section(_title("What tests it", tested), tested, is_open=False)
    prompts = comparison.prompts
    yield _Section(_title("What agents are told", prompts), [_prompt(item) for item in prompts], is_open=False)
    quiet = [case for case in cases if case.status not in (*_LOUD, "unchanged", "not-sampled")]
    yield _Section(_title("Other cases", quiet), [_case(case) for case in quiet], is_open=False)
    spreads = [f"- {escape_markdown(describe_spread(item))}" for item in comparison.spreads]
    yield _Section("Cost and speed", spreads, is_open=False)
    documents = [
        f"- {escape_markdown((f'{change.name} ' if change.route else '') + describe_change(change))}"
        for change in comparison.changes
    ]
    yield _Section(_title("Documents", comparison.changes), documents, is_open=False)


def _title(what: str, items: Sequence[object]) -> str:
    return f"{what} ({len(items)})"


def _capability(item: Capability) -> str:
    cells = (item.subject, _cut(item.message), str(item.head or item.base or ""))
    return f"| {_DIRECTIONS[item.direction]} | {' | '.join(map(escape_markdown, cells))} |"


def _weakening(item: Weakening) -> str:
    decided = f"decided by {item.owner}: {item.reason}" if item.reason else "nobody decided so in the log of a policy"
    place = item.head or item.base
    said = _cut(f"{item.name}: {item.message}; {decided}{f' ({place})' if place else ''}")
    return f"- {'noted' if item.reason else '**refused**'} {escape_markdown(said)}"


def _case(case: CaseChange, *, is_open: bool = False) -> str:
    """A case with its two conversations, the first turn that differs marked."""
    confirmed = f", fresh runs {case.confirmed_base} → {case.confirmed_head}" if case.confirmed_base else ""
    p = f", p = {case.p:.3f}" if case.p is not None else ""
    needs = f", needs {case.needs} fresh samples a side" if case.needs else ""
    figures = f"{case.base} → {case.head}{confirmed}{p}{needs}"
    title = f"{STATUSES[case.status][0]} {case.status} {{}}: {figures}"
    reason = f"\n{escape_markdown(_cut(case.reason))}\n" if case.reason else ""
    if case.shown is None:
        return f"- {title.format(escape_markdown(case.case))}{reason.rstrip()}"
    rows = "\n".join(_rows(case))
    return (
        f"<details{' open' if is_open else ''}><summary>"
        f"{title.format(escape_summary(case.case))}</summary>\n{reason}\n"
        f"| | base | head |\n| --- | --- | --- |\n{rows}\n\n</details>\n"
    )


def _rows(case: CaseChange) -> Iterator[str]:
    shown = case.shown
    if shown is None:
        return
    # what both sides share before they part is what nobody needs to read
    around = [turn for turn in shown.turns if shown.diverges is None or turn.number >= shown.diverges - 1]
    for turn in around[:6]:
        mark = "▶ " if turn.number == shown.diverges else ""
        said = turn.user_head if turn.user_head is not None else turn.user_base
        yield f"| {mark}{turn.number} | {_user(turn.user_base)} | {_user(said)} |"
        yield f"| | {_agent(turn.base)}{_failed(turn.failed_base)} | {_agent(turn.head)}{_failed(turn.failed_head)} |"
    if len(around) > 6:  # noqa: PLR2004 - what a comment has room for
        yield f"| | … {len(around) - 6} more turns | |"
    whole = _failed(shown.whole_base), _failed(shown.whole_head)
    broken = [f"<br>! {escape_markdown(_cut(why))}" if why else "" for why in (shown.base_reason, shown.head_reason)]
    if any((*whole, *broken)):
        cells = [f"{failed}{why}".removeprefix("<br>") for failed, why in zip(whole, broken, strict=True)]
        yield f"| whole | {' | '.join(cells)} |"


def _user(text: str | None) -> str:
    return "" if text is None else f"*user* {escape_markdown(_cut(text)) or '(silence)'}"


def _agent(turns: Sequence[Turn]) -> str:
    parts = []
    for turn in turns:
        for call in turn.calls:
            arguments = json.dumps(call.arguments, ensure_ascii=False)
            parts.append(f"→ {escape_markdown(_cut(f'{call.operation}({arguments}) = {call.outcome}'))}")
        if turn.text:
            parts.append(escape_markdown(_cut(turn.text)))
    return "<br>".join(parts)


def _failed(scores: Sequence[Score]) -> str:
    return "".join(f"<br>✗ {escape_markdown(_cut(f'{score.name}: {score.message}'))}" for score in scores)


def _prompt(prompt: PromptChange) -> str:
    because = f", because {join_names([str(place) for place in prompt.causes])}" if prompt.causes else ""
    return f"- {escape_markdown(f'{prompt.agent}, {prompt.part}{because}')}<br>{_words(prompt.pieces)}"


def _words(pieces: Sequence[Piece]) -> str:
    found = []
    for number, piece in enumerate(pieces):
        text = " ".join(piece.text.split())
        if piece.what == "same" and len(text) > 2 * _AROUND:
            before = "" if number == 0 else text[:_AROUND]
            after = "" if number == len(pieces) - 1 else text[-_AROUND:]
            text = f"{before} … {after}"
        shown = escape_markdown(_cut(text))
        found.append({"same": shown, "removed": f"<del>{shown}</del>", "added": f"<ins>{shown}</ins>"}[piece.what])
    return " ".join(found)


def _cut(text: str) -> str:
    return text if len(text) <= _LONGEST_TEXT else f"{text[:_LONGEST_TEXT]} … ({len(text)} characters)"
