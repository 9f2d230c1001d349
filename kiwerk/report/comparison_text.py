"""What a change makes different, in the terminal: the verdict first, then what agents may do, then why."""

from __future__ import annotations

import json
from collections import Counter
from typing import TYPE_CHECKING

from rich.text import Text

from kiwerk.language.phrase import count, join_names
from kiwerk.report.cells import show_text
from kiwerk.report.layout import draw, hang

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from rich.console import RenderableType

    from kiwerk.record import Partial
    from kiwerk.record.comparison import (
        CaseChange,
        Change,
        Comparison,
        CoveredPart,
        Piece,
        PromptChange,
        SliceChange,
        Spread,
        Version,
    )

_MOST_LISTED = 20
_AROUND = 40
"""Characters of unchanged text that are shown on each side of a changed one."""
_LONGEST_VALUE = 60
_MOST_SCORES = 3
_DIRECTIONS = {"wider": ("wider", "bold red"), "review": ("review", "yellow"), "narrower": ("narrower", "green")}
_SIGNS = {"added": ("+", "green"), "removed": ("-", "red"), "changed": ("~", "yellow"), "moved": (">", "cyan")}
STATUSES = {
    "regressed": ("✗", "bold red"),
    "improved": ("✓", "green"),
    "undecided": ("?", "yellow"),
    "errored": ("!", "magenta"),
    "flaky": ("~", "yellow"),
    "not-comparable": ("–", "dim"),
    "new": ("+", "cyan"),
    "removed": ("-", "red"),
    "not-sampled": ("·", "dim"),
    "unchanged": ("=", "dim"),
}
"""In the order in which a reviewer looks at them."""


def format_comparison_text(comparison: Comparison, *, colour: bool) -> str:
    """The comparison as text."""
    return draw(*_parts(comparison), colour=colour)


def summarize_comparison(comparison: Comparison) -> str:
    """The comparison in one sentence, the worst first."""
    statuses = Counter(case.status for case in comparison.behaviour.cases)
    directions = Counter(item.direction for item in comparison.capabilities)
    unreadable = len(comparison.head.broken)
    found = [f"{count(unreadable, 'problem')} in documents that cannot be read"] if unreadable else []
    found += [f"{statuses[name]} {name}" for name in ("regressed", "errored", "undecided") if statuses[name]]
    lower = [item.name for item in comparison.behaviour.slices if item.verdict == "lower"]
    if lower:
        found.append(f"fewer conversations pass ({join_names(lower)})")
    undecided = sum(item.reason is None for item in comparison.weakenings)
    if undecided:
        found.append(f"the gate is weakened in {count(undecided, 'way')} that nobody decided")
    if directions["wider"]:
        found.append(f"agents may do more in {count(directions['wider'], 'way')}")
    if directions["review"]:
        found.append(f"{directions['review']} to review")
    if directions["narrower"]:
        found.append(f"less in {count(directions['narrower'], 'way')}")
    found += [f"{statuses[name]} {name}" for name in ("improved", "flaky") if statuses[name]]
    if comparison.prompts:
        found.append(f"{count(len(comparison.prompts), 'prompt')} changed")
    if found:
        return join_names(found, most=len(found))
    if comparison.changes:
        return "no agent does or is told anything else"
    return "nothing differs in meaning"


def order_cases(cases: Sequence[CaseChange]) -> list[CaseChange]:
    """The cases by what a reviewer looks at first."""
    order = list(STATUSES)
    return sorted(cases, key=lambda case: (order.index(case.status), case.case))


def _parts(comparison: Comparison) -> Iterator[RenderableType]:
    yield Text.assemble(("kiwerk diff", "bold"), f"  {name_version(comparison.base)} → {name_version(comparison.head)}")
    yield hang((summarize_comparison(comparison), "bold"), indent=0)
    for side, version in (("base", comparison.base), ("head", comparison.head)):
        for problem in version.broken[:_MOST_LISTED]:
            yield hang((f"{side} cannot be read: {show_text(problem)}", "yellow"), indent=0)
    for problem in comparison.left_out:
        yield hang((f"left out: {show_text(problem)}", "yellow"), indent=0)
    yield from _weakenings(comparison)
    yield from _capabilities(comparison)
    yield from _behaviour(comparison)
    yield from _coverage(comparison.coverage)
    yield from _prompts(comparison.prompts)
    yield from _spreads(comparison.spreads)
    yield from _changes(comparison.changes)


def name_version(version: Version) -> str:
    """A version in a few words: `origin/main (4f2c1a9b03d2, 20 November 2026)`."""
    if version.commit is None:
        return version.name
    date = f", {version.date:%Y-%m-%d}" if version.date else ""
    known = "" if version.commit.startswith(version.name) else f"{show_text(version.name)} "
    return f"{known}({version.commit[:12]}{date})" if known else f"{version.commit[:12]}{date}"


def _weakenings(comparison: Comparison) -> Iterator[Text]:
    if comparison.weakenings:
        yield Text("\nWhat weakens the gate", style="bold")
    for item in comparison.weakenings:
        place = item.head or item.base
        decided = f"; decided by {show_text(item.owner or '')}: {show_text(item.reason)}" if item.reason else ""
        mark, style = ("noted", "yellow") if item.reason else ("refused", "bold red")
        yield hang(
            (mark.ljust(10), style),
            f"{show_text(item.name)}  {show_text(item.message)}{decided}",
            (f"  {place}" if place else "", "dim"),
            indent=2,
        )
    if any(item.reason is None for item in comparison.weakenings):
        yield hang(
            ("Who decides so adds an entry with a reason to `log` of a policy: on, owner, reason, weakens", "dim"),
            indent=2,
        )


def _capabilities(comparison: Comparison) -> Iterator[Text]:
    if comparison.capabilities:
        yield Text("\nWhat agents may do", style="bold")
    for item in comparison.capabilities:
        word, style = _DIRECTIONS[item.direction]
        place = item.head or item.base
        yield hang(
            (word.ljust(10), style),
            f"{item.subject} {show_text(item.message)}",
            (f"  {place}" if place else "", "dim"),
            indent=2,
        )


def _behaviour(comparison: Comparison) -> Iterator[Text]:
    behaviour, baseline = comparison.behaviour, comparison.baseline
    shown = [case for case in order_cases(behaviour.cases) if case.status not in ("unchanged", "not-sampled")]
    if not shown and not behaviour.slices and not baseline.warnings and not comparison.stopped:
        return
    yield Text("\nBehaviour", style="bold")
    for warning in baseline.warnings:
        yield hang((warning, "yellow"), indent=2)
    if comparison.stopped:
        yield hang((describe_stopped(comparison.stopped), "bold red"), indent=2)
    for item in behaviour.slices:
        yield hang(describe_slice(item), indent=2)
    for case in shown[:_MOST_LISTED]:
        mark, style = STATUSES[case.status]
        yield hang((f"{mark} {case.status}".ljust(16), style), describe_case(case), indent=2)
        yield from _divergence(case)
    if len(shown) > _MOST_LISTED:
        yield Text(f"  … and {len(shown) - _MOST_LISTED} more; --format json has all of them", style="dim")
    quiet = Counter(case.status for case in behaviour.cases if case.status in ("unchanged", "not-sampled"))
    if quiet:
        yield Text("  " + join_names([f"{number} {name}" for name, number in sorted(quiet.items())]), style="dim")


def describe_case(case: CaseChange) -> str:
    """One case in one sentence: id, pass counts, and why."""
    rates = f"{case.base} → {case.head}" if case.base.judged or case.head.judged else ""
    confirmed = (
        f"fresh runs {case.confirmed_base} → {case.confirmed_head}"
        if case.confirmed_base is not None and case.confirmed_head is not None
        else ""
    )
    p = f"p = {case.p:.3f}" if case.p is not None else ""
    needs = f"needs {case.needs} fresh samples a side" if case.needs else ""
    return "  ".join(part for part in (show_text(case.case), rates, confirmed, p, case.reason or "", needs) if part)


def describe_stopped(stopped: Partial) -> str:
    """What is missing of the runs that were to confirm differences."""
    missing = sum(stopped.missing.values())
    return f"confirmation stopped: {stopped.reason}; {missing} of {missing + stopped.held} conversations are missing"


def describe_slice(item: SliceChange) -> str:
    """A group of cases as a whole in one sentence: rates, difference with its interval, p-value, verdict."""
    verdict = {"lower": "lower", "higher": "higher", "no-difference-shown": "no difference shown"}[item.verdict]
    return (
        f"{item.name}: {item.base_rate:.1%} → {item.head_rate:.1%} over {count(item.cases, 'case')}, "
        f"{item.difference * 100:+.1f} points ({item.low * 100:+.1f} to {item.high * 100:+.1f}), "
        f"p = {item.p:.3f}: {verdict}"
    )


def describe_spread(item: Spread) -> str:
    """How a figure is distributed on one side, in one line."""
    name = item.what.replace("_", " ").replace(" eur", " in euro").replace(" seconds", " in seconds")
    digits = {"cost_eur": 4, "latency_seconds": 2, "first_token_seconds": 2}.get(item.what, 0)
    values = (item.low, item.quarter, item.median, item.three_quarters, item.p95, item.high)
    return f"{name} {item.side}: " + " · ".join(f"{value:.{digits}f}" for value in values) + f" (of {item.count})"


def _spreads(spreads: Sequence[Spread]) -> Iterator[Text]:
    if spreads:
        yield Text("\nCost and speed: least · quarter · median · three quarters · 95 % · most", style="bold")
    for item in spreads:
        yield Text(f"  {describe_spread(item)}")


def _divergence(case: CaseChange) -> Iterator[Text]:
    """The first turn that differs, and what was expected there: the page and the comment have all of it."""
    shown = case.shown
    if shown is None or case.status not in ("regressed", "improved", "undecided"):
        return
    turn = next((turn for turn in shown.turns if turn.number == shown.diverges), None)
    for side, turns in (("base", turn.base), ("head", turn.head)) if turn else ():
        said = " ".join(
            part for item in turns for part in (*(call.operation for call in item.calls), item.text) if part
        )
        yield hang((f"turn {shown.diverges} {side}: ", "dim"), _value(said), indent=6)
    for score in [*(turn.failed_head if turn else ()), *shown.whole_head][:_MOST_SCORES]:
        yield hang((f"✗ {score.name}", "red"), f"  {show_text(score.message)}", indent=6)


def _coverage(coverage: Sequence[CoveredPart]) -> Iterator[Text]:
    if coverage:
        yield Text("\nWhat tests it", style="bold")
    for item in order_coverage(coverage)[:_MOST_LISTED]:
        mark = ("untested".ljust(10), "bold red") if not item.after else ("tested".ljust(10), "dim")
        yield hang(mark, describe_tested(item), (f"  {item.head}" if item.head else "", "dim"), indent=2)
    if len(coverage) > _MOST_LISTED:
        yield Text(f"  … and {len(coverage) - _MOST_LISTED} more; --format json has all of them", style="dim")


def order_coverage(coverage: Sequence[CoveredPart]) -> list[CoveredPart]:
    """What nobody tests first, and of that first what somebody tested before."""
    return sorted(coverage, key=lambda item: (bool(item.after), not item.before))


def describe_tested(item: CoveredPart) -> str:
    """A changed part with the number of cases that test it."""
    before, after = len(item.before), len(item.after)
    said = f"by {count(after, 'case')}" if before == after else f"by {count(after, 'case')}, before by {before}"
    return f"{item.document} {item.part}: {said}"


def _prompts(prompts: Sequence[PromptChange]) -> Iterator[Text]:
    if prompts:
        yield Text("\nWhat agents are told", style="bold")
    for prompt in prompts:
        because = f"  because {join_names([str(place) for place in prompt.causes])}" if prompt.causes else ""
        yield hang(f"{prompt.agent}, {prompt.part}", (because, "dim"), indent=2)
        yield hang(*excerpt_pieces(prompt.pieces), indent=4)


def excerpt_pieces(pieces: Sequence[Piece]) -> list[str | tuple[str, str]]:
    """The changed words with a little around them, each with its style: `[-old-]` and `{+new+}`."""
    found: list[str | tuple[str, str]] = []
    for number, piece in enumerate(pieces):
        text = " ".join(piece.text.split())
        if piece.what == "same":
            lead = " " if piece.text[:1].isspace() else ""
            trail = " " if piece.text[-1:].isspace() else ""
            if len(text) > 2 * _AROUND:
                before = "" if number == 0 else text[:_AROUND]
                after = "" if number == len(pieces) - 1 else text[-_AROUND:]
                text = f"{before} … {after}".strip()
            found.append(show_text(f"{lead}{text}{trail}"))
        elif piece.what == "removed":
            found.append((f"[-{show_text(piece.text)}-]", "red"))
        else:
            found.append(("{+" + show_text(piece.text) + "+}", "green"))
    return found


def _changes(changes: Sequence[Change]) -> Iterator[Text]:
    if changes:
        yield Text("\nDocuments", style="bold")
    last = ""
    for change in changes:
        if change.name != last and change.route:
            yield Text(f"  {change.name}")
        sign, style = _SIGNS[change.what]
        yield hang((f"{sign} ", style), describe_change(change), indent=4 if change.route else 2)
        last = change.name


def describe_change(change: Change) -> str:
    """One change of a document in one line, with its place."""
    place = change.head or change.base
    where = f"  {place}" if place else ""
    name = show_text(".".join(change.route)) if change.route else change.name
    if change.what == "moved":
        return f"{name}, formerly {change.before}{where}"
    if not change.route:
        return f"{name} {change.what}{where}"
    before, after = _value(change.before), _value(change.after)
    values = {"added": after, "removed": before, "changed": f"{before} → {after}"}[change.what]
    return f"{name}: {values}{where}"


def _value(value: object) -> str:
    text = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
    # cut before it is looked at character by character: it may be megabytes long
    return show_text(text if len(text) <= _LONGEST_VALUE else f"{text[: _LONGEST_VALUE - 1]}…")
