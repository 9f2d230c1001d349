"""changed-sides: the user speaks as if it were the one who serves.

It offers help, calls itself the AI, says the agent's opening, or says the agent's last words after it.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from kiwerk.language.disclosure import find_disclosure

if TYPE_CHECKING:
    from collections.abc import Sequence

    from kiwerk.record import Turn
    from kiwerk.run.user_errors.brief import Brief

_OFFER = re.compile(
    r"\b(?:wie|womit|wobei) (?:kann|darf) ich (?:ihnen|dir|euch)\b[^.!?]{0,30}\b(?:\w*helfen|dienen|behilflich)"
    r"|\bwas (?:kann|darf) ich für (?:sie|dich) (?:tun|machen)"
    r"|\b(?:kann|darf) ich (?:ihnen|dir) (?:sonst )?noch (?:etwas|bei|mit|weiter)"
    r"|\bkann ich (?:sonst )?noch etwas für (?:sie|dich) tun"
    r"|\bich (?:helfe|verbinde|buche) (?:ihnen|sie|dir|dich)\b"
    r"|\b(?:how|what) (?:can|may) i (?:help|assist|do for) you"
    r"|\bis there anything else i can (?:help|assist|do)",
    re.IGNORECASE,
)
_SENTENCE = re.compile(r"[^.!?\n]+")
_SELF = re.compile(
    r"\b(?:ich bin|als|sie sprechen mit|i am|i[’']m|as an|you are (?:speaking|talking) (?:to|with))\b", re.IGNORECASE
)
_MODEL = re.compile(r"\b(?:sprachmodell|language model)\b", re.IGNORECASE)
_FEWEST_WORDS = 4
"""Of words that nobody says by chance."""


def find_changed_sides(turns: Sequence[Turn], brief: Brief) -> str | None:  # noqa: ARG001 - the shape of Check
    """Words of the user's newest turn that belong to the other side."""
    said = turns[-1].text
    if offer := _OFFER.search(said):
        return f"offers help itself: '{offer[0]}'"
    for sentence in _SENTENCE.findall(said):
        if _SELF.search(sentence) and (find_disclosure(sentence) or _MODEL.search(sentence)):
            return f"calls itself an AI: '{sentence.strip()}'"
    words = _normalise(said)
    spoken = [_normalise(turn.text) for turn in turns[:-1] if turn.role == "agent"]
    opening = spoken[0] if spoken and turns[0].role == "agent" else ""
    if _is_long(opening) and opening in words:
        return "says the agent's opening"
    if spoken and _is_long(spoken[-1]) and spoken[-1] == words:
        return "says the agent's words after it"
    return None


def _normalise(text: str) -> str:
    return " ".join(re.findall(r"\w+", text.casefold()))


def _is_long(words: str) -> bool:
    return len(words.split()) >= _FEWEST_WORDS
