"""Whether order rules can hold together, decided by trying all short conversations with the real templates.

A rule whose trigger never occurs holds vacuously, so that two rules which exclude each other are both "kept" by every
conversation in which nothing happens. Asked for is therefore a conversation that keeps the rules and triggers each.
"""

from __future__ import annotations

from functools import cache
from itertools import product
from typing import TYPE_CHECKING, NamedTuple

from kiwerk.rules import TEMPLATES, Event, Label, Terms, Truth, parse_label

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from kiwerk.spec.process import OrderRule

LONGEST_TRACE = 4
"""Two rules of two events each need no more: each event of each rule once, in some order."""

_OTHER = "*"
"""An outcome that no rule names."""


class Shape(NamedTuple):
    """What matters of a rule: its template, its events with numbers in place of names, and for `absence` its count."""

    template: str
    labels: tuple[tuple[int, str | None], ...]
    most: int | None


def can_hold_together(rules: Sequence[OrderRule]) -> bool:
    """Whether some conversation keeps all the rules and triggers each of them.

    `absence` is meant to stay without its event and needs no trigger. `where` asks for equal arguments; a conversation
    in which all arguments are equal keeps every such rule that any conversation keeps, so it is left out.

    Raises:
        ValueError: a rule speaks of something that is no label.
    """
    operations: dict[str, int] = {}
    shapes = []
    for rule in rules:
        labels = [parse_label(event) for event in rule.events]
        numbered = tuple((operations.setdefault(label.operation, len(operations)), label.outcome) for label in labels)
        count = min(rule.absence[1], LONGEST_TRACE + 1) if rule.absence else None
        shapes.append(Shape(rule.template, numbered, count))
    return _can_hold(tuple(_number_outcomes(shapes)))


def _number_outcomes(shapes: list[Shape]) -> Iterator[Shape]:
    """Shapes in which outcomes are numbered as well, so that equal questions are asked once."""
    numbers: dict[tuple[int, str], str] = {}
    for shape in shapes:
        labels = tuple(
            (operation, outcome if outcome is None else numbers.setdefault((operation, outcome), str(len(numbers))))
            for operation, outcome in shape.labels
        )
        yield shape._replace(labels=labels)


@cache
def _can_hold(shapes: tuple[Shape, ...]) -> bool:
    named = {label for shape in shapes for label in shape.labels}
    outcomes = {(operation, outcome or _OTHER) for operation, outcome in named}
    outcomes |= {(operation, _OTHER) for operation, _ in named}
    events = [Event(str(operation), outcome) for operation, outcome in sorted(outcomes)]
    for length in range(LONGEST_TRACE + 1):
        if any(all(_is_kept(shape, trace) for shape in shapes) for trace in product(events, repeat=length)):
            return True
    return False


def _is_kept(shape: Shape, trace: Sequence[Event]) -> bool:
    labels = tuple(Label(str(operation), outcome) for operation, outcome in shape.labels)
    judgement = TEMPLATES[shape.template](Terms(labels, shape.most), trace, finished=True)
    triggered = judgement.activations > 0 or shape.template == "absence"
    return judgement.truth is Truth.SATISFIED and triggered
