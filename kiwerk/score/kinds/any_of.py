"""any_of: a reply contains at least one of these texts, upper and lower case alike."""

from __future__ import annotations

from typing import TYPE_CHECKING

from kiwerk.score.kinds.text import fold_text, join_texts, judge_replies

if TYPE_CHECKING:
    from kiwerk.score.kinds.kind import Judgement
    from kiwerk.score.scope import Scope
    from kiwerk.spec.expectation import Expectation


def judge_any_of(expectation: Expectation, scope: Scope) -> Judgement:
    """Whether some reply contains one of the texts; `not`: no reply contains any of them."""
    texts = expectation.any_of or []
    wanted = [fold_text(text) for text in texts]
    return judge_replies(
        scope,
        f"that contains {join_texts(texts, 'or')}",
        lambda reply: any(text in fold_text(reply) for text in wanted),
        negated=expectation.negated,
    )
