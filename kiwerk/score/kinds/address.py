"""address: every reply addresses people as Sie, or as du; a neutral reply does either."""

from __future__ import annotations

from typing import TYPE_CHECKING

from kiwerk.language.phrase import count
from kiwerk.score.german import find_address_forms
from kiwerk.score.kinds.kind import Judgement, format_message
from kiwerk.score.scope import CannotJudge, Scope
from kiwerk.score.subset import format_value

if TYPE_CHECKING:
    from kiwerk.spec.expectation import Expectation


def judge_address(expectation: Expectation, scope: Scope) -> Judgement:
    """Whether no reply uses the other form; `not: address: du` is the same as `address: sie`.

    A reply that uses both forms is mixed: it fails, and only as a warning, since who means whom with "Ihr" or a quoted
    "du" is beyond a word list. A reply in the other form alone always counts.
    """
    if expectation.address is None:
        raise CannotJudge("it names no form of address")
    formal = (expectation.address == "sie") is not expectation.negated
    expected = f"every reply {scope.where} to address people as {'Sie' if formal else 'du'}"
    replies = scope.require_replies()
    mixed = None
    for reply in replies:
        forms = find_address_forms(reply.text)
        right, wrong = (forms.sie, forms.du) if formal else (forms.du, forms.sie)
        if wrong and not right:
            found = f"'{wrong[0]}' in the reply to user turn {reply.turn}: {format_value(reply.text)}"
            return Judgement(passed=False, message=format_message(expected, found))
        if wrong and mixed is None:
            where = f"in the reply to user turn {reply.turn}: {format_value(reply.text)}"
            mixed = f"both '{right[0]}' and '{wrong[0]}' {where}"
    if mixed is not None:
        return Judgement(passed=False, message=format_message(expected, mixed), severity="warn")
    found = f"nothing else in {count(len(replies), 'reply', 'replies')}"
    return Judgement(passed=True, message=format_message(expected, found))
