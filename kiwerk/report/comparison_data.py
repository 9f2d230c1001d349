"""The cases and conversations of a comparison as a page carries them: compressed, in parts, and never too much.

A part is base64 of gzip of JSON. The list of all cases is one part; conversations stand in parts of their own, so that
only those are unpacked that somebody looks at. What is left out for want of room is counted.
"""

from __future__ import annotations

import base64
import gzip
import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from kiwerk.report.comparison_text import order_cases
from kiwerk.report.page import show_prose

if TYPE_CHECKING:
    from collections.abc import Sequence

    from kiwerk.record.comparison import CaseChange, SideBySide

ROOM = 14 * 2**20
"""Characters of conversations in a page; with everything else it stays under 20 MiB."""
_PART = 400_000
"""Characters of JSON in a part: unpacked in some milliseconds."""
_LONGEST_TEXT = 20_000
"""Characters of one text; a reply of megabytes says in its beginning what is wrong with it."""
_LONGEST_REASON = 1_000
_LONGEST_SEARCHED = 300


@dataclass(frozen=True, slots=True)
class Packed:
    """What a page carries."""

    index: str
    """All cases in the order in which a reviewer looks at them."""
    parts: tuple[str, ...]
    """Conversations by case."""
    held: int
    """Cases whose conversations are in the parts."""
    quiet: int
    """Those among them in which nothing changed or failed: a sample of the rest."""
    left: int
    """Cases with conversations that there was no room for."""


def pack_cases(cases: Sequence[CaseChange], room: int = ROOM) -> Packed:
    """The cases, and as many conversations as there is room for, those that a reviewer looks at first before others."""
    ordered = order_cases(cases)
    parts: list[str] = []
    part_of: dict[str, int] = {}
    waiting: dict[str, str] = {}
    size = left = 0
    for case in ordered:
        if case.shown is None:
            continue
        if room <= 0:
            left += 1
            continue
        waiting[case.case] = _dump(case.shown)
        part_of[case.case] = len(parts)
        size += len(waiting[case.case])
        if size > _PART:
            parts.append(_pack_part(waiting))
            room -= len(parts[-1])
            waiting, size = {}, 0
    if waiting:
        parts.append(_pack_part(waiting))
    held = [case for case in ordered if case.case in part_of]
    return Packed(
        index=_pack(json.dumps(_list_cases(ordered, part_of))),
        parts=tuple(parts),
        held=len(held),
        quiet=sum(_is_quiet(case) for case in held),
        left=left,
    )


def _is_quiet(case: CaseChange) -> bool:
    return case.status == "unchanged" and not any(side.failed or side.errored for side in (case.base, case.head))


def _pack_part(waiting: dict[str, str]) -> str:
    return _pack("{" + ",".join(f"{json.dumps(name)}:{body}" for name, body in waiting.items()) + "}")


def _pack(text: str) -> str:
    # without a moment, so that the same comparison is the same page
    return base64.b64encode(gzip.compress(text.encode(), compresslevel=6, mtime=0)).decode()


def _dump(shown: SideBySide) -> str:
    return json.dumps(show_record(shown.model_dump(mode="json", exclude_defaults=True)))


def show_record(value: Any) -> Any:
    """The same with every text cut, and with what cannot be seen in it by its number."""
    if isinstance(value, str):
        if len(value) > _LONGEST_TEXT:
            return f"{show_prose(value[:_LONGEST_TEXT])} … ({len(value):,} characters)"
        return show_prose(value)
    if isinstance(value, dict):
        return {show_prose(key[:_LONGEST_TEXT]): show_record(item) for key, item in value.items()}
    if isinstance(value, list):
        return [show_record(item) for item in value]
    return value


def _list_cases(ordered: Sequence[CaseChange], part_of: dict[str, int]) -> dict[str, Any]:
    agents = sorted({case.agent for case in ordered})
    tags = sorted({tag for case in ordered for tag in case.tags})
    number_of = {name: number for number, name in enumerate(agents)}, {name: number for number, name in enumerate(tags)}
    return {
        "agents": agents,
        "tags": tags,
        "cases": [
            {
                "case": show_prose(case.case),
                "agent": number_of[0][case.agent],
                "tags": [number_of[1][tag] for tag in case.tags],
                "status": case.status,
                "rates": f"{case.base} → {case.head}" if case.base.judged or case.head.judged else "",
                **({"process": case.process} if case.process else {}),
                **({"test": test} if (test := _describe_test(case)) else {}),
                **({"reason": show_prose(case.reason[:_LONGEST_REASON])} if case.reason else {}),
                **({"failed": failed} if (failed := _find_failed(case)) else {}),
                **({"part": part_of[case.case]} if case.case in part_of else {"shown": case.shown is not None}),
            }
            for case in ordered
        ],
    }


def _describe_test(case: CaseChange) -> str:
    fresh = f"fresh runs {case.confirmed_base} → {case.confirmed_head}" if case.confirmed_base else ""
    p = f"p = {case.p:.3f}" if case.p is not None else ""
    needs = f"needs {case.needs} fresh samples a side" if case.needs else ""
    return ", ".join(part for part in (fresh, p, needs) if part)


def _find_failed(case: CaseChange) -> str:
    """Names and messages of what was not shown, to be searched."""
    if case.shown is None:
        return ""
    shown = case.shown
    scores = [*shown.whole_head, *shown.whole_base]
    for turn in shown.turns:
        scores += [*turn.failed_head, *turn.failed_base]
    return " ".join(show_prose(f"{score.name} {score.message[:_LONGEST_SEARCHED]}") for score in scores)
