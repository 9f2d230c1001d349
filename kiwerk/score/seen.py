"""What an expectation or a rule has to see of an agent, and whether that was told.

An agent that runs elsewhere may keep to itself what it calls. Nothing passes because it was not seen: neither
`not: called`, nor a rule against a call.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from kiwerk.language.phrase import join_names
from kiwerk.rules import parse_label
from kiwerk.score.scope import CannotJudge

if TYPE_CHECKING:
    from kiwerk.record import Source, Unseen
    from kiwerk.spec.process import OrderRule

NEEDED: dict[str, tuple[Unseen, ...]] = {
    "called": ("calls",),
    "order": ("calls",),
    "calls": ("calls",),
    "writes": ("calls", "outcomes"),
    "handover": ("calls", "outcomes"),
    "process": ("calls", "outcomes"),
    "facts": ("calls", "results"),
    "state": ("state",),
    # it is handed all of it, and nobody knows what it looks at
    "python": ("calls", "outcomes", "results", "state"),
}
"""By kind of expectation; what is not here looks at words and figures alone."""

_WORDS: dict[Unseen, str] = {
    "calls": "which operations it calls",
    "outcomes": "what its calls come to",
    "results": "what its calls return",
    "state": "what it changes",
}


class NotTold(CannotJudge):
    """An expectation about something that the agent does not tell: its score is skipped, negated or not."""

    def __init__(self, missing: tuple[Unseen, ...]) -> None:
        what = join_names([_WORDS[item] for item in missing])
        Exception.__init__(self, f"It was not judged: the endpoint does not tell {what}.")


def require_told(kind: str, source: Source | None) -> None:
    """Nothing, where all that an expectation of this kind looks at was told.

    Raises:
        NotTold: something was not.
    """
    _require(NEEDED.get(kind, ()), source)


def require_told_for_rule(rule: OrderRule, source: Source | None) -> None:
    """Nothing, where all that an order rule looks at was told.

    Raises:
        NotTold: something was not.
    """
    asks_outcomes = any(parse_label(event).outcome for event in rule.events)
    _require(("calls", "outcomes") if asks_outcomes else ("calls",), source)


def _require(needed: tuple[Unseen, ...], source: Source | None) -> None:
    missing = tuple(item for item in needed if source is not None and item in source.unseen)
    if missing:
        raise NotTold(missing)
