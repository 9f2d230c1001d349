"""response [A, B]: A is followed by B, sooner or later."""

from __future__ import annotations

from typing import TYPE_CHECKING

from kiwerk.rules.label import Event, are_correlated
from kiwerk.rules.template import Judgement, Terms, decide_truth

if TYPE_CHECKING:
    from collections.abc import Sequence


def judge_response(terms: Terms, trace: Sequence[Event], *, finished: bool) -> Judgement:
    """Whether every A has a B with the same correlated arguments behind it; each A is an activation.

    The B must come later: an event that is both A and B does not answer itself. An A that lacks a correlated argument
    can never be answered, and where every B is an A again, one always waits; otherwise only the end of the
    conversation settles the rule, for until then a B may still come, and so may another A.
    """
    first, second = terms.labels
    waiting: list[Event] = []
    activations = 0
    for event in trace:
        if second.matches(event):
            waiting = [earlier for earlier in waiting if not are_correlated(earlier, event, terms.same)]
        if first.matches(event):
            activations += 1
            waiting.append(event)
    endless = first.covers(second)
    hopeless = next((event for event in waiting if endless or not are_correlated(event, event, terms.same)), None)
    culprit = hopeless or (waiting[0] if waiting else None)
    truth = decide_truth(holds=culprit is None, forever=finished or hopeless is not None)
    return Judgement(truth, activations, culprit)
