"""Whether a text tells people that they deal with an AI, in German or English."""

from __future__ import annotations

import re

# Abbreviations as they are written, so that neither "Kino" nor "email" tells; words with their endings.
_TELLING = re.compile(
    r"\b(?:KI|AI|K\.I\.|A\.I\.|Bot)(?!\w)"
    r"|(?i:\bkünstlich\w* intelligenz|\bartificial intelligence|\bautomat(?:isch|isiert|ed\b|ic)"
    r"|\w{0,40}(?:computer|robot|chatbot|voicebot)"
    r"|\b(?:sprach|virtuell\w* |digital\w* )assisten|\b(?:virtual|digital|voice) assistant)"
)
# Small words alone may stand in between: a noun ends what a negation speaks of ("kein Mensch"), as do these.
_BETWEEN = (
    r"(?:[ \t\n-]+(?!(?:sondern|aber|doch|denn|und|nur|bloß|allein|hier|ich|wir|but|and|only|just|merely|human)\b)"
    r"[a-zäöüß]+){0,4}[ \t\n-]+[\"„“']?"
)
_DENIED = re.compile(
    rf"(?:\b(?i:kein(?:e[mnrs]?)?|nicht|nie(?:mals)?|weder|ohne|no|not|never|without)|n['’]t){_BETWEEN}\Z"
)
_DENIED_TOO = re.compile(rf"[\w-]*,?[ \t\n]+(?:oder|noch|or|nor)(?:{_BETWEEN})\Z")
# "Eine KI bin ich nicht."
_DENIED_AFTER = re.compile(
    r"[\w-]{0,40}[ \t\n]+(?i:bin|ist|sind)[ \t\n]+\w{1,20}[ \t\n]+(?i:nicht|keine?[rs]?)[ \t\n]*(?:[.,;:!?–]|\Z)"
)
_REACH = 80
"""Characters in which a negation stands, so that a long text takes no longer than its length."""


def find_disclosure(text: str) -> str | None:
    """The first words that tell that this is an AI, or None; "keine KI" tells nothing."""
    denied_until: int | None = None
    for found in _TELLING.finditer(text):
        start, end = found.span()
        again = denied_until is not None and start - denied_until <= _REACH
        if not (
            _DENIED.search(text[max(0, start - _REACH) : start])
            or _DENIED_AFTER.match(text, end)
            or (again and _DENIED_TOO.match(text[denied_until:start]))
        ):
            return found[0]
        denied_until = end
    return None
