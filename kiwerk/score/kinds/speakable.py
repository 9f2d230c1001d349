"""speakable: every reply is fit to be read aloud by a voice."""

from __future__ import annotations

from typing import TYPE_CHECKING

from kiwerk.language.speakable import find_obstacle
from kiwerk.score.kinds.kind import Judgement, format_message
from kiwerk.score.subset import format_value

if TYPE_CHECKING:
    from kiwerk.score.scope import Scope
    from kiwerk.spec.expectation import Expectation


def judge_speakable(expectation: Expectation, scope: Scope) -> Judgement:
    """Whether no reply holds anything a voice stumbles over; `not`: whether some reply does."""
    replies = scope.require_replies()
    hit = next(((reply, obstacle) for reply in replies if (obstacle := find_obstacle(reply.text))), None)
    which = "some reply that cannot" if expectation.negated else "every reply such that it can"
    expected = f"{which} be read aloud {scope.where}"
    if hit is None:
        found = "nothing in the way"
    else:
        reply, obstacle = hit
        found = (
            f"{obstacle.what}, '{obstacle.text}', in the reply to user turn {reply.turn}: {format_value(reply.text)}"
        )
    return Judgement((hit is not None) is expectation.negated, format_message(expected, found))
