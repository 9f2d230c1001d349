"""all_of: the replies together contain all of these texts, upper and lower case alike."""

from __future__ import annotations

from typing import TYPE_CHECKING

from kiwerk.score.kinds.kind import Judgement, format_message
from kiwerk.score.kinds.text import fold_text, join_texts
from kiwerk.score.scope import CannotJudge, Scope
from kiwerk.score.subset import format_value

if TYPE_CHECKING:
    from kiwerk.spec.expectation import Expectation


def judge_all_of(expectation: Expectation, scope: Scope) -> Judgement:
    """Whether each text is contained in some reply, not always the same; `not`: whether one of them is in none."""
    if expectation.all_of is None:
        raise CannotJudge("it names no texts")
    replies = scope.require_replies()
    said = [fold_text(reply.text) for reply in replies]
    missing = [text for text in expectation.all_of if not any(fold_text(text) in reply for reply in said)]
    prefix = "not all of" if expectation.negated else "all of"
    expected = f"{prefix} {join_texts(expectation.all_of, 'and')} {scope.where}"
    where = "the reply" if len(replies) == 1 else f"{len(replies)} replies, the last of them"
    found = f"no {join_texts(missing, 'and no')} in {where} {format_value(replies[-1].text)}" if missing else "all"
    return Judgement(bool(missing) is expectation.negated, format_message(expected, found))
