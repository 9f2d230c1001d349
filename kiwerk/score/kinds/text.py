"""What the kinds that look at the agent's words have in common."""

from __future__ import annotations

import unicodedata
from typing import TYPE_CHECKING

from kiwerk.score.kinds.kind import Judgement, format_message
from kiwerk.score.subset import format_value

if TYPE_CHECKING:
    from collections.abc import Callable

    from kiwerk.score.scope import Scope


def judge_replies(scope: Scope, wanted: str, satisfies: Callable[[str], bool], *, negated: bool) -> Judgement:
    """Whether some reply satisfies the condition; negated, whether no reply does.

    Args:
        scope: where to look.
        wanted: the condition in words, to go behind "a reply".
        satisfies: the condition.
        negated: whether the expectation is negated.
    """
    replies = scope.require_replies()
    hit = next((reply for reply in replies if satisfies(reply.text)), None)
    if hit is not None:
        found = format_value(hit.text)
    else:
        which = "" if len(replies) == 1 else f"none in {len(replies)} replies, the last of them "
        found = f"{which}{format_value(replies[-1].text)}"
    expected = f"{'no' if negated else 'a'} reply {wanted} {scope.where}"
    return Judgement((hit is None) is negated, format_message(expected, found))


def normalise_text(text: str) -> str:
    """Text in composed Unicode (NFC) with every run of white space as one space."""
    return " ".join(unicodedata.normalize("NFC", text).split())


def fold_text(text: str) -> str:
    """Normalised text without the difference between upper and lower case; `ß` becomes `ss`."""
    return unicodedata.normalize("NFC", normalise_text(text).casefold())


def join_texts(texts: list[str], word: str) -> str:
    """Texts in quotes as an enumeration: `'a', 'b' or 'c'`."""
    shown = [format_value(text) for text in texts]
    return f" {word} ".join([", ".join(shown[:-1]), shown[-1]] if len(shown) > 1 else shown)
