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


def find_disclosure(text: str) -> str | None:
    """The first words that tell that this is an AI, or None."""
    found = _TELLING.search(text)
    return found[0] if found else None
