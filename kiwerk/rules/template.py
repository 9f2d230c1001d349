"""What the templates of order rules have in common: what they are given, and the four answers they may give."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from collections.abc import Sequence

    from kiwerk.rules.label import Event, Label


class Truth(StrEnum):
    """Whether a rule holds, as far as a conversation shows (RV-LTL: Bauer, Leucker and Schallhart 2010)."""

    SATISFIED = "satisfied"
    """It holds, however the conversation goes on."""
    POSSIBLY_SATISFIED = "possibly-satisfied"
    """It would hold if the conversation ended here."""
    POSSIBLY_VIOLATED = "possibly-violated"
    """It would be broken if the conversation ended here."""
    VIOLATED = "violated"
    """It is broken, however the conversation goes on."""


@dataclass(frozen=True, slots=True)
class Terms:
    """What one rule fills its template with."""

    labels: tuple[Label, ...]
    """The events it speaks of, in the order written."""
    count: int | None = None
    """`absence` only: the event happens fewer than this many times."""
    same: tuple[str, ...] = ()
    """Arguments that must be equal in two events for them to belong together."""


@dataclass(frozen=True, slots=True)
class Judgement:
    """What a rule says about a conversation."""

    truth: Truth
    activations: int
    """How often the rule's trigger occurred; with none it holds vacuously."""
    culprit: Event | None = None
    """The first event that breaks the rule, or waits for what the rule demands."""


class Template(Protocol):
    """One DECLARE template: a rule over the order of events (Pesic and van der Aalst 2006)."""

    def __call__(self, terms: Terms, trace: Sequence[Event], *, finished: bool) -> Judgement:
        """What the rule says about this trace; of a finished one, only whether it is satisfied or violated."""
        ...


def decide_truth(*, holds: bool, forever: bool) -> Truth:
    """The one of four answers: whether the rule holds now, and whether no further event can change that."""
    if holds:
        return Truth.SATISFIED if forever else Truth.POSSIBLY_SATISFIED
    return Truth.VIOLATED if forever else Truth.POSSIBLY_VIOLATED
