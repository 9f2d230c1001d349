"""language: every reply is in this language."""

from __future__ import annotations

from typing import TYPE_CHECKING

from kiwerk.language.identify import identify_language
from kiwerk.score.kinds.kind import Judgement, format_message
from kiwerk.score.scope import CannotJudge, Scope
from kiwerk.score.subset import format_value

if TYPE_CHECKING:
    from kiwerk.spec.expectation import Expectation

_NAMES = {
    "de": "German",
    "en": "English",
    "es": "Spanish",
    "fr": "French",
    "it": "Italian",
    "nl": "Dutch",
    "pl": "Polish",
    "tr": "Turkish",
}


def judge_language(expectation: Expectation, scope: Scope) -> Judgement:
    """Whether every reply is in the language; `not`: none is. What is too short to tell is passed over.

    Raises:
        CannotJudge: no reply says which language it is in.
    """
    wanted = expectation.language
    if wanted is None:
        raise CannotJudge("it names no language")
    told = [(reply, tag) for reply in scope.require_replies() if (tag := identify_language(reply.text))]
    if not told:
        raise CannotJudge(f"no reply {scope.where} is long enough to tell its language")
    wrong = next(((reply, tag) for reply, tag in told if (tag == wanted) is expectation.negated), None)
    expected = f"{'no' if expectation.negated else 'every'} reply {scope.where} in {_NAMES[wanted]}"
    if wrong is None:
        return Judgement(passed=True, message=format_message(expected, "nothing else"))
    reply, tag = wrong
    found = f"{_NAMES[tag]} in the reply to user turn {reply.turn}: {format_value(reply.text)}"
    return Judgement(passed=False, message=format_message(expected, found))
