"""Phone numbers in a text, in figures and spoken digit by digit: "+49 30 23125-042", "null drei null, zwei drei …"."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

from kiwerk.language.numbers import number_words

if TYPE_CHECKING:
    from collections.abc import Iterator

_FIGURES = re.compile(r"(?<![\w.,:])(?:\+|0)[\d\s()/–-]{4,}\d(?![\w:]|[.,]\d)")
_WORD = rf"(?:{'|'.join(sorted(number_words(), key=len, reverse=True))})"
_SPOKEN = re.compile(rf"(?<!\w)(?:plus\s+)?{_WORD}(?:[\s,–-]+{_WORD}){{3,}}(?!\w)", re.IGNORECASE)
_STRETCH = re.compile(r"[01]\d[0-5]\d\s?[-–]\s?[0-2]\d[0-5]\d")
"""What "0930-1045" is."""
_FEWEST_DIGITS = 6
EMERGENCY = frozenset({"110", "112", "116117", "116116", "19222"})
"""Numbers everybody may name."""


class Phone(NamedTuple):
    """One phone number."""

    start: int
    end: int
    digits: str
    """As dialled within Germany, such as `03023125042`."""


def find_phones(text: str) -> Iterator[Phone]:
    """Every phone number with its area code; those without one are taken for other figures."""
    for found in _FIGURES.finditer(text):
        digits = normalise_phone(found[0])
        if len(digits) >= _FEWEST_DIGITS and not _STRETCH.fullmatch(found[0]):
            yield Phone(*found.span(), digits)
    for found in _SPOKEN.finditer(text):
        words = re.findall(r"[a-zäöüß]+", found[0].lower())
        spoken = "".join("+" if word == "plus" else str(number_words()[word]) for word in words)
        digits = normalise_phone(spoken)
        if digits.startswith("0") and len(digits) >= _FEWEST_DIGITS:
            yield Phone(*found.span(), digits)


def normalise_phone(text: str) -> str:
    """Digits of a number as dialled within Germany: `+49 (0)30 …`, `0049 30 …` and `030 …` are the same."""
    text = re.sub(r"[^\d+]", "", text.replace("(0)", ""))
    return re.sub(r"^(?:\+49|0049)0?", "0", text).replace("+", "00")
