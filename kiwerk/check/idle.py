"""Expectations that every conversation meets, as far as that is certain."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

    from kiwerk.spec.expectation import Expectation

_ALWAYS_FOUND = ("^", "$", "^.*", ".*$")
_CONDITIONS = re.compile(r"[\^$]|\(\?(?:[=!]|<[=!])|\\[bBAZ]")
"""What may keep an expression from matching where it matches nothing; in a set or escaped it is taken for one, too."""


def explain_idle(expectation: Expectation, *, user_turns: int | None, language: str | None) -> str | None:
    """Why the expectation cannot fail, as a sentence without a full stop; None where it may.

    Args:
        expectation: what is expected.
        user_turns: how many turns of the user it looks at; None where the user is simulated.
        language: that of the agent, ISO 639-1; None where the agent is unknown.
    """
    if expectation.address is not None and language not in (None, "de"):
        return f"Sie and du are looked for in German, and this agent speaks '{language}'"
    return None if expectation.negated else next(_find_reasons(expectation, user_turns), None)


def is_always_found(pattern: str) -> bool:
    """Whether a regular expression is found in every text: it matches nothing, anywhere.

    An expression with an anchor or a look-around is not looked into further, some everyday ones excepted.
    """
    if pattern in _ALWAYS_FOUND:
        return True
    return not _CONDITIONS.search(pattern) and re.search(pattern, "") is not None


def _find_reasons(expectation: Expectation, user_turns: int | None) -> Iterator[str]:
    if not all(text.strip() for text in (expectation.contains or "x", *(expectation.any_of or ()))):
        yield "White space alone is found in every reply"
    if expectation.matches is not None and is_always_found(expectation.matches):
        yield f"/{expectation.matches}/ is found in every reply"
    if expectation.state is not None and all(value == {} for value in expectation.state.values()):
        yield "It names nothing in the state"
    if expectation.calls is not None and not expectation.calls.min and expectation.calls.max is None:
        yield "There are always at least 0 calls"
    turns = expectation.turns
    if turns is not None and not turns.min:
        if turns.max is None:
            yield "There are always at least 0 agent turns"
        elif user_turns is not None and turns.max >= user_turns:
            often = "once" if user_turns == 1 else f"{user_turns} times"
            yield f"The agent answers {often} here, so at most {turns.max} turns always holds"
