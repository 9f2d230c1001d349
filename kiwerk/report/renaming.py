"""What a renaming does, for people and for programs."""

from __future__ import annotations

import json
from dataclasses import asdict
from typing import TYPE_CHECKING, Protocol

from kiwerk.report.cells import show_text
from kiwerk.report.formatting import format_diff

if TYPE_CHECKING:
    from collections.abc import Sequence

    from kiwerk.finding import Span

VERSION = 1

_IN_EVIDENCE = ("Agent", "Suite", "Case")
"""What evidence names as its subject and its cases."""


class Edit(Protocol):
    """What changes in one file."""

    @property
    def path(self) -> str:
        """Its path before."""
        ...

    @property
    def new_path(self) -> str:
        """Its path afterwards."""
        ...

    @property
    def before(self) -> str:
        """Its text before."""
        ...

    @property
    def after(self) -> str:
        """Its text afterwards."""
        ...

    @property
    def mentions(self) -> int:
        """Number of places that are mended."""
        ...


class Plan(Protocol):
    """A renaming."""

    @property
    def kind(self) -> str:
        """Kind of the document, or `Case`."""
        ...

    @property
    def old(self) -> str:
        """Its id before."""
        ...

    @property
    def new(self) -> str:
        """Its id afterwards."""
        ...

    @property
    def edits(self) -> Sequence[Edit]:
        """What changes in which file."""
        ...


class Outcome(Protocol):
    """A renaming with what follows from it."""

    @property
    def plan(self) -> Plan:
        """What changes."""
        ...

    @property
    def ships(self) -> Sequence[str]:
        """Agents that ship something else afterwards."""
        ...

    @property
    def cases(self) -> Sequence[str]:
        """Cases whose conversations or judgements have to be made anew."""
        ...

    @property
    def leftovers(self) -> Sequence[tuple[Span, str]]:
        """Lines that still have the old name."""
        ...


def format_renaming_text(outcome: Outcome, *, dry_run: bool) -> str:
    """What was renamed and mended, or with `dry_run` the difference, and what follows."""
    plan = outcome.plan
    lines = []
    if dry_run:
        lines += [_format_edit(edit) for edit in plan.edits]
    verb = "would rename" if dry_run else "renamed"
    lines.append(f"{verb} {plan.kind.lower()} {plan.old} to {plan.new}")
    lines += [
        f"  {show_text(edit.new_path)}: {edit.mentions} mention{'' if edit.mentions == 1 else 's'} mended"
        for edit in plan.edits
        if edit.mentions
    ]
    if outcome.ships:
        lines.append(f"ships something else, so new evidence is needed: {', '.join(outcome.ships)}")
    if plan.kind in _IN_EVIDENCE and not outcome.ships:
        lines.append(
            "signed evidence has the old name, so new evidence is needed: `kiwerk attest`, from the samples there are"
        )
    if outcome.cases:
        lines.append(f"to be run or judged anew: {len(outcome.cases)} case{'' if len(outcome.cases) == 1 else 's'}")
    for span, text in outcome.leftovers:
        lines.append(f"still has the old name: {show_text(span.path)}:{span.line}:{span.column}: {show_text(text)}")
    return "\n".join(lines) + "\n"


def format_renaming_json(outcome: Outcome, *, dry_run: bool) -> str:
    """The same as one JSON object."""
    plan = outcome.plan
    body = {
        "version": VERSION,
        "kind": plan.kind,
        "old": plan.old,
        "new": plan.new,
        "written": not dry_run,
        "edits": [{"path": item.path, "new_path": item.new_path, "mentions": item.mentions} for item in plan.edits],
        "ships": list(outcome.ships),
        "cases": list(outcome.cases),
        "leftovers": [{"span": asdict(span), "text": text} for span, text in outcome.leftovers],
    }
    return json.dumps(body, ensure_ascii=False, indent=2) + "\n"


def _format_edit(edit: Edit) -> str:
    head = ""
    if edit.path != edit.new_path:
        head = f"diff --git a/{edit.path} b/{edit.new_path}\nrename from {edit.path}\nrename to {edit.new_path}\n"
    return head + format_diff(edit.before, edit.after, edit.path, edit.new_path).rstrip("\n")
