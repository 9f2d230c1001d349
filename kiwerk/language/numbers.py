"""German number words and digits: "fünfundzwanzig", "zweihundertdreißig", "1.234,50"."""

from __future__ import annotations

import re
from decimal import Decimal
from functools import cache

_ONES = ("null", "ein", "zwei", "drei", "vier", "fünf", "sechs", "sieben", "acht", "neun")
_TEENS = (
    *("zehn", "elf", "zwölf", "dreizehn", "vierzehn", "fünfzehn", "sechzehn", "siebzehn", "achtzehn", "neunzehn"),
)
_TENS = ("zwanzig", "dreißig", "vierzig", "fünfzig", "sechzig", "siebzig", "achtzig", "neunzig")
_VARIANTS = {"eins": 1, "eine": 1, "einen": 1, "einem": 1, "einer": 1, "zwo": 2, "dreissig": 30, "fuenf": 5}
_LARGE = re.compile(
    r"(?:(?P<thousands>[a-zäöüß]*?)tausend(?:und)?)?(?:(?P<hundreds>[a-zäöü]*?)hundert(?:und)?)?(?P<rest>.*)"
)


def parse_number_word(word: str) -> int | None:
    """Value of a German number word below a million, or None; upper and lower case alike."""
    word = word.lower()
    small = number_words().get(word)
    if small is not None or not word:
        return small
    found = _LARGE.fullmatch(word)
    if found is None or (found["thousands"] is None and found["hundreds"] is None):
        return None
    total = 0
    if found["thousands"] is not None:
        thousands = parse_number_word(found["thousands"]) if found["thousands"] else 1
        total = 1000 * (thousands or 0)
    if found["hundreds"] is not None:
        total += 100 * (number_words().get(found["hundreds"], 0) if found["hundreds"] else 1)
    rest = number_words().get(found["rest"]) if found["rest"] else 0
    return total + rest if total and rest is not None else None


@cache
def number_words() -> dict[str, int]:
    """The words from null to neunundneunzig with their values, spoken variants such as "zwo" included."""
    words = {word: value for value, word in enumerate((*_ONES, *_TEENS))} | _VARIANTS
    for ten, word in enumerate(_TENS, 2):
        words[word] = ten * 10
        words |= {f"{one}und{word}": ten * 10 + value for value, one in enumerate(_ONES) if value}
    return words


@cache
def ordinal_words() -> dict[str, int]:
    """The words from erste to einunddreißigste in every ending, with their values."""
    irregular = {1: "erst", 3: "dritt", 7: "siebt", 8: "acht"}
    stems = {value: word for word, value in number_words().items() if value in range(1, 32) and word not in _VARIANTS}
    ordinals = {
        value: irregular.get(value, f"{word}{'t' if word in _TEENS or word in _ONES else 'st'}")
        for value, word in stems.items()
    }
    return {f"{stem}{ending}": value for value, stem in ordinals.items() for ending in ("e", "en", "er")}


def parse_decimal(text: str) -> Decimal:
    """A number as Germans write it, "1.234,50", or with a decimal point and two digits, "1234.50"."""
    if "," in text:
        return Decimal(text.replace(".", "").replace(",", "."))
    if re.fullmatch(r"\d{1,3}(?:\.\d{3})+", text):
        return Decimal(text.replace(".", ""))
    return Decimal(text)
