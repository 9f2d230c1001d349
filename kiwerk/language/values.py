"""Everything in a text that a customer may act on: days, times, amounts of euros and phone numbers.

Each passage is read once, in the order in which it is least ambiguous: "01.12." is a day before it is anything else.
"""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING

from kiwerk.language.amounts import Amount, find_amounts
from kiwerk.language.days import Day, find_days
from kiwerk.language.phones import Phone, find_phones
from kiwerk.language.times import BLANK, Clock, find_times

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import date

_SPACES = str.maketrans(dict.fromkeys("\u00a0\u2007\u2009\u202f", " "))


@dataclass(frozen=True, slots=True)
class Values:
    """What was read from a text."""

    text: str
    """The text the positions below belong to: in composed Unicode, with plain spaces."""
    days: tuple[Day, ...]
    times: tuple[Clock, ...]
    amounts: tuple[Amount, ...]
    phones: tuple[Phone, ...]

    @property
    def rest(self) -> str:
        """The text with blanks of the same length in place of its values."""
        return _blank(self.text, (*self.days, *self.times, *self.amounts, *self.phones))

    def quote(self, value: Day | Clock | Amount | Phone) -> str:
        """The passage a value was read from."""
        return self.text[value.start : value.end].strip(" ,")


@lru_cache(maxsize=4096)
def read_values(text: str, today: date | None) -> Values:
    """The values of a text, as somebody understands them who hears it on a given day."""
    text = unicodedata.normalize("NFC", text).translate(_SPACES)
    days = tuple(find_days(text, today))
    rest = _blank(text, days)
    phones = tuple(find_phones(rest))
    rest = _blank(rest, phones)
    times = tuple(find_times(rest))
    amounts = tuple(find_amounts(_blank(rest, times)))
    return Values(text, days, times, amounts, phones)


def _blank(text: str, found: Iterable[Day | Clock | Amount | Phone]) -> str:
    for value in found:
        text = text[: value.start] + BLANK * (value.end - value.start) + text[value.end :]
    return text
