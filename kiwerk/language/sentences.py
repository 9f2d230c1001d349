"""How long a text is, in sentences and words, as somebody would count them."""

from __future__ import annotations

import re

_NOT_AN_END = re.compile(
    r"(?:\b(?:Dr|Prof|Hr|Fr|Nr|St|Str|Tel|ca|bzw|ggf|evtl|inkl|exkl|usw|etc|vgl|max|min|Mio|Mrd|Mr|Mrs|Ms|No"
    r"|z|d|u|o|i|a|b|h|s|(?<=[a-z]\. )[A-Z]|(?<=[a-z]\.)[A-Z]"
    r"|Jan|Feb|Mrz|Apr|Aug|Sept?|Okt|Oct|Nov|Dez|Dec|Mo|Di|Mi|Do|Fr|Sa|So)"
    r"|(?<![\d:,.])\d{1,2})\.$"
)
"""What ends with a full stop and goes on: abbreviations, and ordinals such as "1. Dezember"."""
_LONGEST_ABBREVIATION = 12
"""Characters before a full stop that decide, with some to spare."""
_END = re.compile(r"[.!?…]+[\"”“’')\]]*(?=\s|$)|\n+")
_WORD = re.compile(r"\w")


def count_sentences(text: str) -> int:
    """Number of sentences; a line of its own is at least one, and a text without words is none."""
    count = start = 0
    for end in _END.finditer(text):
        upto = text[max(0, end.end() - _LONGEST_ABBREVIATION) : end.end()].rstrip("\"”“’')]")
        if end.end() < len(text.rstrip()) and "\n" not in end[0] and _NOT_AN_END.search(upto):
            continue
        count += bool(_WORD.search(text, start, end.end()))
        start = end.end()
    return count + bool(_WORD.search(text, start))


def count_words(text: str) -> int:
    """Number of words and numbers between white space; a dash alone is none."""
    return sum(bool(_WORD.search(part)) for part in text.split())
