"""ended-early: the user says that its goal is reached while nothing has been done and the agent still waits for it.

Only where the case names a process that ends with a change, and none of its ends was reached. An agent that says it was
done although it was not has made the error itself: then the user is right to go, and the agent is judged.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

    from kiwerk.record import Turn
    from kiwerk.run.user_errors.brief import Brief

_SENTENCE = re.compile(r"[^.!?\n]+[.!?]*")
_OFFER_MORE = re.compile(
    r"\b(?:sonst|noch) (?:noch )?(?:etwas|was|weiter\w*|wünsche|fragen|anliegen)|\bnoch (?:etwas|was|eine frage)"
    r"|\banything else|\bsomething else|\bfurther questions",
    re.IGNORECASE,
)
"""What is asked when all is done."""
_REQUEST = re.compile(
    r"\b(?:nennen|sagen|geben|teilen|verraten|buchstabieren|bestätigen|wiederholen) sie\b|\bich (?:brauche|benötige)\b"
    r"|\bplease (?:tell|give|state|confirm|spell|repeat)\b|\bi need\b",
    re.IGNORECASE,
)
_CLAIM = re.compile(
    r"\b(?:gebucht|eingetragen|reserviert|vereinbart|storniert|abgesagt|verlegt|weitergeleitet|weitergegeben|angefordert"
    r"|bestellt|beauftragt|gemeldet|erledigt|verbunden|verbinde|booked|reserved|cancelled|canceled|rescheduled|forwarded"
    r"|connected|confirmed)\b",
    re.IGNORECASE,
)
_NO_CLAIM = re.compile(
    r"\b(?:leider|bereits|schon|nicht|kein\w*|wenn|sobald|sorry|already|not|once|when)\b", re.IGNORECASE
)
"""Of something that somebody else did, or that is yet to be done."""


def find_early_end(turns: Sequence[Turn], brief: Brief) -> str | None:
    """Why the user ended too early; None where it did not, and where that cannot be told from an agent's error."""
    answers = [turn for turn in turns if turn.role == "agent"]
    if not any(turn.role == "user" for turn in turns):
        return "ends before it has said anything"
    if not brief.must_act or any(brief.find_ends(turn) for turn in answers):
        return None
    if any(call.operation in brief.acts for turn in answers for call in turn.calls):
        return None
    # the user's last words may have come before the agent's: then it left at what the agent had said before
    last = answers[-2:]
    if any(_claims(turn.text) for turn in last):
        return None
    asked = next((sentence for turn in last if (sentence := _find_open_request(turn.text))), None)
    return f"ends although nothing was done and it was still asked: '{asked}'" if asked else None


def _find_open_request(text: str) -> str | None:
    """The first sentence with which the agent waits for the user; None where it waits for nothing."""
    for sentence in _SENTENCE.findall(text):
        if not _OFFER_MORE.search(sentence) and (sentence.rstrip().endswith("?") or _REQUEST.search(sentence)):
            return str(sentence.strip())
    return None


def _claims(text: str) -> bool:
    """Whether the agent says that something was done; a question says nothing."""
    return any(
        _CLAIM.search(sentence) and not _NO_CLAIM.search(sentence)
        for sentence in _SENTENCE.findall(text)
        if not sentence.rstrip().endswith("?")
    )
