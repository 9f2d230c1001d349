"""Events and the labels that speak of them: what an order rule is about.

    label     = operation [ ":" outcome ]
    operation = toolset "." name

`kalender.pruefen` speaks of every call of the operation, `kalender.pruefen:frei` of those with that outcome.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

_LABEL = re.compile(r"(?P<operation>[^\s.:]+\.[^\s.:]+)(:(?P<outcome>[^\s.:]+))?")


@dataclass(frozen=True, slots=True)
class Event:
    """One call of an operation, as order rules see it."""

    operation: str
    """Label such as `kalender.pruefen`; whatever the model wrote where there is no such operation."""
    outcome: str
    """One of the operation's outcomes, or `error`."""
    arguments: Mapping[str, object] = field(default_factory=dict)
    turn: int = 0
    """User turn it follows, from 1; 0 before the first."""

    def __str__(self) -> str:
        return f"{self.operation}:{self.outcome}"


@dataclass(frozen=True, slots=True)
class Label:
    """What a rule calls an event."""

    operation: str
    outcome: str | None = None
    """Absent: every outcome, `error` included."""

    def matches(self, event: Event) -> bool:
        """Whether the label speaks of this event."""
        return self.operation == event.operation and self.outcome in (None, event.outcome)

    def covers(self, other: Label) -> bool:
        """Whether every event of the other label is one of this label too."""
        return self.operation == other.operation and self.outcome in (None, other.outcome)

    def __str__(self) -> str:
        return self.operation if self.outcome is None else f"{self.operation}:{self.outcome}"


def parse_label(text: str) -> Label:
    """Label from its written form.

    Raises:
        ValueError: the text is no label.
    """
    match = _LABEL.fullmatch(text)
    if match is None:
        message = f"'{text}' is no event: expected toolset.operation or toolset.operation:outcome"
        raise ValueError(message)
    return Label(match["operation"], match["outcome"])


def are_correlated(one: Event, other: Event, same: Sequence[str]) -> bool:
    """Whether both events carry each of these arguments with equal values.

    An argument that either lacks correlates with nothing: a rule is not kept by leaving out what it compares.
    """
    return all(
        name in one.arguments and name in other.arguments and are_equal(one.arguments[name], other.arguments[name])
        for name in same
    )


def are_equal(one: object, other: object) -> bool:
    """Whether two JSON values are equal: numbers by value, and a truth value never equals a number."""
    if isinstance(one, bool) or isinstance(other, bool):
        return one is other
    if isinstance(one, Mapping) and isinstance(other, Mapping):
        return one.keys() == other.keys() and all(are_equal(value, other[key]) for key, value in one.items())
    if isinstance(one, list | tuple) and isinstance(other, list | tuple):
        return len(one) == len(other) and all(map(are_equal, one, other))
    return one == other
