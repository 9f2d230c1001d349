"""How wide text is in a terminal, and how it is shown so that nothing in it moves the cursor or hides."""

from __future__ import annotations

import unicodedata

TAB_STOP = 4
# Characters that change the order in which others are read (CVE-2021-42574).
_REORDERING = frozenset("\u061c\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")


def show_character(character: str, cell: int) -> str:
    """The character as it is shown at a cell, counted from 0: tabs as blanks, what cannot be seen by its number."""
    if character == "\t":
        return " " * (TAB_STOP - cell % TAB_STOP)
    if character in _REORDERING or unicodedata.category(character) in ("Cc", "Cs", "Zl", "Zp"):
        return f"<U+{ord(character):04X}>"
    return character


def show_text(text: str) -> str:
    """The text with what cannot be seen by its number, on one line."""
    return "".join(show_character(" " if character in "\t\r\n" else character, 0) for character in text)


def count_cells(text: str) -> int:
    """Number of cells that a shown text takes: two for East Asian wide characters and emoji, none for what combines."""
    if text.isascii():
        return len(text)
    return sum(_cells(character) for character in text)


def _cells(character: str) -> int:
    if unicodedata.combining(character) or unicodedata.category(character) in ("Mn", "Me", "Cf"):
        return 0
    return 2 if unicodedata.east_asian_width(character) in "WF" else 1
