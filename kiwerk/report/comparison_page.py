"""What a change makes different, as one page for a browser: everything, with the conversations beside each other.

The page is one file. What a reader looks at first is HTML; the list of cases and the conversations are compressed
records that its script unpacks when they are looked at (`comparison_data.py`).
"""

from __future__ import annotations

import json
from collections import Counter
from itertools import groupby
from typing import TYPE_CHECKING, Any

from kiwerk.language.phrase import count, join_names
from kiwerk.report.comparison_data import pack_cases
from kiwerk.report.comparison_text import (
    STATUSES,
    describe_stopped,
    name_version,
    order_coverage,
    summarize_comparison,
)
from kiwerk.report.page import render_page
from kiwerk.report.pictures import HEIGHT, WIDTH, place_boxes, place_heights, place_intervals, place_shares

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from kiwerk.record.comparison import Baseline, Change, Comparison, Piece, PromptChange, RateCount, Spread
    from kiwerk.report.comparison_data import Packed

_MOST_ROWS = 1000
"""Of documents, prompts or tested parts; a page with more is read by nobody, and JSON has all of them."""
_ROOM_FOR_PROMPTS = 2_000_000
"""Characters."""
_LONGEST_TEXT = 4_000
_LONGEST_VALUE = 400
_AROUND = 160
"""Characters of unchanged text that are shown on each side of a changed one."""
_AROUND_VALUE = 60
_FIGURES = {
    "input_tokens": ("Tokens in", "a conversation", 0),
    "output_tokens": ("Tokens out", "a conversation", 0),
    "cost_eur": ("Cost in euro", "a conversation", 4),
    "latency_seconds": ("Seconds to answer", "an agent's turn", 2),
    "first_token_seconds": ("Seconds to the first word", "an agent's turn", 2),
    "turns": ("Turns", "a conversation", 0),
}


def format_comparison_page(comparison: Comparison) -> str:
    """The page as HTML."""
    statuses = Counter[str](case.status for case in comparison.behaviour.cases)
    counts = {name: statuses[name] for name in STATUSES if statuses[name]}
    span, intervals = place_intervals(comparison.behaviour.slices)
    packed = pack_cases(comparison.behaviour.cases)
    return render_page(
        "comparison.html",
        {
            "title": f"kiwerk diff: {summarize_comparison(comparison)}"[:200],
            "comparison": comparison,
            "summary": _begin_sentence(summarize_comparison(comparison)),
            "base": name_version(comparison.base),
            "head": name_version(comparison.head),
            "baseline": _describe_baseline(comparison.baseline),
            "notes": list(_find_notes(comparison)),
            "counts": counts,
            "shares_bar": place_shares(counts),
            "width": WIDTH,
            "span": span,
            "slices": list(zip(comparison.behaviour.slices, intervals, strict=True)),
            "rates": list(_describe_rates(comparison.behaviour.rates)),
            "height": HEIGHT,
            "figures": list(_describe_figures(comparison.spreads)),
            "coverage": order_coverage(comparison.coverage)[:_MOST_ROWS],
            "prompts": list(_show_prompts(comparison.prompts)),
            "documents": _group_changes(comparison.changes[:_MOST_ROWS]),
            "most": _MOST_ROWS,
            "show_values": _show_values,
            "cut": _cut,
            "index": packed.index,
            "chunks": packed.parts,
            "embedded": _describe_embedded(packed),
        },
        scripts=("conversation.js", "comparison.js"),
    )


def _begin_sentence(text: str) -> str:
    return text[:1].upper() + text[1:]


def _describe_baseline(baseline: Baseline) -> str:
    if not baseline.samples or not baseline.oldest or not baseline.newest:
        return ""
    models = join_names(list(baseline.reported))
    days = sorted({f"{moment:%Y-%m-%d}" for moment in (baseline.oldest, baseline.newest)})
    return f"{count(baseline.samples, 'sample')} of {models}, held {' to '.join(days)}"


def _describe_embedded(packed: Packed) -> str:
    """Which conversations the page carries."""
    changed = packed.held - packed.quiet
    said = f"This page carries two conversations of {count(changed, 'case')} that changed or failed"
    if packed.quiet:
        said += f" and, as a sample of the rest, of {packed.quiet} in which nothing did"
    if packed.left:
        said += f"; for those of {packed.left:,} more there was no room, --format json has them"
    return said + "."


def _find_notes(comparison: Comparison) -> Iterator[str]:
    """What a reader has to know before they believe the rest."""
    if comparison.stopped:
        yield describe_stopped(comparison.stopped)
    yield from comparison.baseline.warnings
    for side, version in (("base", comparison.base), ("head", comparison.head)):
        yield from (f"{side} cannot be read: {problem}" for problem in version.broken[:_MOST_ROWS])
    yield from (f"left out: {problem}" for problem in comparison.left_out[:_MOST_ROWS])


def _describe_rates(rates: Sequence[RateCount]) -> Iterator[dict[str, Any]]:
    heights = place_heights([(item.base, item.head) for item in rates])
    for item, (base, head) in zip(rates, heights, strict=True):
        is_exact = item.above == item.up_to
        name = f"{item.up_to:.0%}" if is_exact else f"to {item.up_to:.0%}" if item.up_to < 1 else "below 100%"
        yield {"name": name.replace("%", "\u00a0%"), "item": item, "base": base, "head": head}


def _describe_figures(spreads: Sequence[Spread]) -> Iterator[dict[str, Any]]:
    for what, group in groupby(spreads, key=lambda item: item.what):
        sides = list(group)
        name, unit, digits = _FIGURES[what]
        rows = [
            {"side": item.side, "box": box, "item": item, "digits": digits}
            for item, box in zip(sides, place_boxes(sides), strict=True)
        ]
        yield {"name": name, "unit": unit, "rows": rows}


def _show_prompts(prompts: Sequence[PromptChange]) -> Iterator[tuple[PromptChange, list[tuple[str, str]]]]:
    """As many changed texts as a page has room for."""
    room = _ROOM_FOR_PROMPTS
    for prompt in prompts[:_MOST_ROWS]:
        pieces = _excerpt(prompt.pieces)
        room -= sum(len(text) for _, text in pieces)
        if room < 0:
            return
        yield prompt, pieces


def _excerpt(pieces: Sequence[Piece]) -> list[tuple[str, str]]:
    """The text with what changed, each piece with what became of it; `gap` says how much unchanged text is left out."""
    found: list[tuple[str, str]] = []
    for number, piece in enumerate(pieces):
        left = len(piece.text) - 2 * _AROUND
        if piece.what != "same" or left <= _AROUND:
            found.append((piece.what, _cut(piece.text, _LONGEST_TEXT)))
            continue
        is_first, is_last = number == 0, number == len(pieces) - 1
        before = "" if is_first else piece.text[:_AROUND]
        after = "" if is_last else piece.text[-_AROUND:]
        found += [("same", before), ("gap", f"{len(piece.text) - len(before) - len(after):,}"), ("same", after)]
    return [(what, text) for what, text in found if text]


def _group_changes(changes: Sequence[Change]) -> list[tuple[str, list[Change]]]:
    return [(name, list(group)) for name, group in groupby(changes, key=lambda change: change.name)]


def _show_values(change: Change) -> tuple[str, str]:
    """Both values as text; of long ones only what differs, with a little around it."""
    before, after = (
        value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
        for value in (change.before, change.after)
    )
    if change.what != "changed" or max(len(before), len(after)) <= _LONGEST_VALUE:
        return _cut(before), _cut(after)
    start = _count_common(before, after)
    end = _count_common(before[:start:-1], after[:start:-1])
    first = max(0, start - _AROUND_VALUE)
    return _cut_out(before, first, len(before) - end), _cut_out(after, first, len(after) - end)


def _count_common(one: str, other: str) -> int:
    """Characters with which both begin."""
    pairs = enumerate(zip(one, other, strict=False))
    return next((number for number, pair in pairs if pair[0] != pair[1]), min(len(one), len(other)))


def _cut_out(text: str, first: int, last: int) -> str:
    last += _AROUND_VALUE
    shown = _cut(text[first:last])
    return f"{'… ' if first else ''}{shown}{' …' if last < len(text) else ''}"


def _cut(text: str, longest: int = _LONGEST_VALUE) -> str:
    return text if len(text) <= longest else f"{text[:longest]} … ({len(text):,} characters)"
