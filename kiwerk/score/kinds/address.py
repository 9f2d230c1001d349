"""address: every reply addresses people as Sie, or as du; a neutral reply does either."""

from __future__ import annotations

from typing import TYPE_CHECKING

from kiwerk.score.german import find_address_forms
from kiwerk.score.kinds.kind import Judgement, format_message
from kiwerk.score.scope import CannotJudge, Scope
from kiwerk.score.subset import format_value

if TYPE_CHECKING:
    from kiwerk.spec.expectation import Expectation


def judge_address(expectation: Expectation, scope: Scope) -> Judgement:
    """Whether no reply uses the other form; `not: address: du` is the same as `address: sie`."""
    if expectation.address is None:
        raise CannotJudge("it names no form of address")
    formal = (expectation.address == "sie") is not expectation.negated
    expected = f"every reply {scope.where} to address people as {'Sie' if formal else 'du'}"
    replies = scope.require_replies()
    for reply in replies:
        forms = find_address_forms(reply.text)
        wrong = forms.du if formal else forms.sie
        if wrong:
            found = f"'{wrong[0]}' in the reply to user turn {reply.turn}: {format_value(reply.text)}"
            return Judgement(passed=False, message=format_message(expected, found))
    found = f"nothing else in {len(replies)} {'reply' if len(replies) == 1 else 'replies'}"
    return Judgement(passed=True, message=format_message(expected, found))
