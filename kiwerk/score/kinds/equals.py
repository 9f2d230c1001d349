"""equals: a reply is this text, word for word."""

from __future__ import annotations

from typing import TYPE_CHECKING

from kiwerk.score.kinds.text import judge_replies, normalise_text
from kiwerk.score.subset import format_value

if TYPE_CHECKING:
    from kiwerk.score.kinds.kind import Judgement
    from kiwerk.score.scope import Scope
    from kiwerk.spec.expectation import Expectation


def judge_equals(expectation: Expectation, scope: Scope) -> Judgement:
    """Whether some reply is the text; `not`: none is. White space counts as one space each, case matters."""
    text = expectation.equals or ""
    wanted = normalise_text(text)
    return judge_replies(
        scope,
        f"that is {format_value(text)}",
        lambda reply: normalise_text(reply) == wanted,
        negated=expectation.negated,
    )
