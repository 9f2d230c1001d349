"""What a voice stumbles over when it reads a text aloud.

A speech synthesiser reads signs out ("Sternchen Sternchen"), leaves them out, or guesses. Left alone is what
synthesisers commonly read well: "14:30 Uhr", "15,00 €", "20 %", "Dr.", spelt abbreviations such as "KI".
"""

from __future__ import annotations

import re
from typing import NamedTuple


class Obstacle(NamedTuple):
    """One thing that cannot be read aloud."""

    what: str
    """Such as `Markdown`."""
    text: str
    """The passage."""


_OBSTACLES = {
    "a web or e-mail address": r"https?://\S*[\w/]|\bwww\.\S*[\w/]|[\w.+-]{1,64}@[\w-]{1,63}(?:\.[\w-]{1,63}){1,5}"
    r"|(?<![\w-])[\w-]{1,63}\.(?:de|com|org|net|eu|info|at|ch|io)\b",
    "Markdown": r"\*\*|__|~~|`|^\s{0,3}#{1,6}\s|\]\(|^\s*\||(?<![\w*])\*\w[^*\n]*\*|^\s*>\s|^\s*-{3,}\s*$",
    "a list": r"^\s*(?:[-*•–+]|\d{1,2}[.)])\s+(?=\S)",
    "an emoji": "[\U0001f000-\U0001faff\u2600-\u27bf\u2b50\u2b55\ufe0f\u231a-\u23ff]",
    "an abbreviation": r"\b(?:z\. ?B|d\. ?h|u\. ?a|i\. ?d\. ?R|o\. ?ä|u\. ?U|v\. ?a|bzw|ggf|evtl|ca|usw|etc|inkl|exkl"
    r"|zzgl|vgl|max|min|Nr|Tel|Std|Min|Sek|Str|Mo|Di|Mi|Do|Fr|Sa|So|e\. ?g|i\. ?e|approx)\.(?!\w)",
    "a bare unit": r"(?<![\w,.])\d+(?:[.,]\d+)?\s?"
    r"(?:[kcm]?m[²³]?|[km]?g|[mc]?l|km/h|k[Ww]h?|qm|°C?|h|Std|MB|GB)(?!\w)",
    "a range with a dash": r"\b\d{1,2}(?:[:.]\d{2})?\s?[-–]\s?\d{1,2}(?:[:.]\d{2})?"
    r"(?=\s?(?:Uhr|h\b|Euro|€|Tage|Minuten|$))",
    "a sign": r"[§&#@~=<>→²³\\|_/^{}\[\]•]",
}
# "1. Dezember" at the start of a line is a date, not the first entry of a list
_ORDINAL = re.compile(r"\s*\d{1,2}\.\s+(?:Jan|Feb|März|Apr|Mai|Jun|Jul|Aug|Sep|Okt|Nov|Dez)")
_PATTERNS = {what: re.compile(pattern, re.MULTILINE) for what, pattern in _OBSTACLES.items()}


def find_obstacle(text: str) -> Obstacle | None:
    """The first thing in a text that a voice cannot read, by kinds in the order above; None in a speakable text."""
    for what, pattern in _PATTERNS.items():
        for found in pattern.finditer(text):
            if not (what == "a list" and _ORDINAL.match(text, found.start())):
                return Obstacle(
                    what, text[found.start() :].strip().split("\n")[0][:40] if what == "a list" else found[0]
                )
    return None
