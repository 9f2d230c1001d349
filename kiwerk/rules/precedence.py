"""precedence [A, B]: B happens only after A."""

from __future__ import annotations

from typing import TYPE_CHECKING

from kiwerk.rules.label import Event, are_correlated
from kiwerk.rules.template import Judgement, Terms, decide_truth

if TYPE_CHECKING:
    from collections.abc import Sequence


def judge_precedence(terms: Terms, trace: Sequence[Event], *, finished: bool) -> Judgement:
    """Whether every B had an A with the same correlated arguments before it; each B is an activation.

    The A must come earlier: an event that is both A and B does not precede itself. Without `same`, one A settles the
    rule for good; with `same`, a B with other values may always follow.
    """
    first, second = terms.labels
    seen: list[Event] = []
    culprit = None
    activations = 0
    for event in trace:
        if second.matches(event):
            activations += 1
            if culprit is None and not any(are_correlated(earlier, event, terms.same) for earlier in seen):
                culprit = event
        if first.matches(event):
            seen.append(event)
    settled = culprit is not None or (bool(seen) and not terms.same)
    truth = decide_truth(holds=culprit is None, forever=finished or settled)
    return Judgement(truth, activations, culprit)
