"""absence [A, n]: A happens fewer than n times."""

from __future__ import annotations

from typing import TYPE_CHECKING

from kiwerk.rules.template import Judgement, Terms, decide_truth

if TYPE_CHECKING:
    from collections.abc import Sequence

    from kiwerk.rules.label import Event


def judge_absence(terms: Terms, trace: Sequence[Event], *, finished: bool) -> Judgement:
    """Whether A happened fewer than `count` times; each A is an activation, and the one that is too many the culprit.

    Raises:
        ValueError: `count` is below 1, and such a rule could never hold.
    """
    if terms.count is None or terms.count < 1:
        message = f"absence needs a count of at least 1, not {terms.count}"
        raise ValueError(message)
    matching = [event for event in trace if terms.labels[0].matches(event)]
    holds = len(matching) < terms.count
    return Judgement(
        decide_truth(holds=holds, forever=finished or not holds),
        len(matching),
        None if holds else matching[terms.count - 1],
    )
