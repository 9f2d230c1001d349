"""contains: a reply contains this text, upper and lower case alike."""

from __future__ import annotations

from typing import TYPE_CHECKING

from kiwerk.score.kinds.text import fold_text, judge_replies
from kiwerk.score.subset import format_value

if TYPE_CHECKING:
    from kiwerk.score.kinds.kind import Judgement
    from kiwerk.score.scope import Scope
    from kiwerk.spec.expectation import Expectation


def judge_contains(expectation: Expectation, scope: Scope) -> Judgement:
    """Whether some reply contains the text; `not`: none does. White space counts as one space each."""
    text = expectation.contains or ""
    wanted = fold_text(text)
    return judge_replies(
        scope,
        f"that contains {format_value(text)}",
        lambda reply: wanted in fold_text(reply),
        negated=expectation.negated,
    )
