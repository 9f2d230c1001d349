"""matches: a regular expression (Python's `re`) is found in a reply."""

from __future__ import annotations

import re
import unicodedata
from typing import TYPE_CHECKING

from kiwerk.language.bounded import TookTooLong, stopping
from kiwerk.score.kinds.text import judge_replies
from kiwerk.score.scope import CannotJudge

if TYPE_CHECKING:
    from kiwerk.score.kinds.kind import Judgement
    from kiwerk.score.scope import Scope
    from kiwerk.spec.expectation import Expectation


def judge_matches(expectation: Expectation, scope: Scope) -> Judgement:
    """Whether the expression is found in some reply; `not`: in none. Both sides are in composed Unicode (NFC).

    Raises:
        CannotJudge: the search takes too long.
    """
    text = expectation.matches or ""
    pattern = re.compile(unicodedata.normalize("NFC", text))
    try:
        with stopping():
            return judge_replies(
                scope,
                f"that matches /{text}/",
                lambda reply: pattern.search(unicodedata.normalize("NFC", reply)) is not None,
                negated=expectation.negated,
            )
    except TookTooLong:
        message = f"looking for /{text}/ takes too long: repeat nothing that is itself repeated, as in (a+)+"
        raise CannotJudge(message) from None
