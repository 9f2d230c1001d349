"""init A: the first event is A, if there is any."""

from __future__ import annotations

from typing import TYPE_CHECKING

from kiwerk.rules.template import Judgement, Terms, decide_truth

if TYPE_CHECKING:
    from collections.abc import Sequence

    from kiwerk.rules.label import Event


def judge_init(terms: Terms, trace: Sequence[Event], *, finished: bool) -> Judgement:
    """Whether the first event is A; a first event is the one activation, and settles the rule."""
    holds = not trace or terms.labels[0].matches(trace[0])
    return Judgement(
        decide_truth(holds=holds, forever=finished or bool(trace)), min(len(trace), 1), None if holds else trace[0]
    )
