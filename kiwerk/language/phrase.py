"""Small pieces of the sentences that kiwerk itself says: numbers of things, lists of names, durations."""

from __future__ import annotations

import math
from datetime import timedelta
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

_UNITS = {"day": timedelta(days=1), "hour": timedelta(hours=1), "minute": timedelta(minutes=1)}

_TO_THE_CENT = 0.1
"""Euro; of less than that, cents would be rounded away."""

_THOUSAND = 1000
_ROUNDING = 1e-6
"""Of a thousandth: what adding up fractions may lose."""


def count(number: int, what: str, several: str | None = None) -> str:
    """`1 case`, `2 cases`; the plural is given where it is not made with an s."""
    return f"{number} {what if number == 1 else several or f'{what}s'}"


def join_names(names: Sequence[str], most: int = 5) -> str:
    """The first few names, and how many more there are."""
    more = len(names) - most
    return ", ".join(names[:most]) + (f" and {more} more" if more > 0 else "")


def format_duration(duration: timedelta) -> str:
    """A duration as exactly as a person wrote it: `14 days`, `12 hours`, `90 minutes`."""
    for name, unit in _UNITS.items():
        if duration and duration % unit == timedelta():
            return count(duration // unit, name)
    return count(round(duration.total_seconds()), "second")


def format_eur(amount: float) -> str:
    """An amount of euro to the cent; to two digits that are not 0 where it is less than ten cents."""
    if amount == 0 or amount >= _TO_THE_CENT:
        return f"{amount:.2f} EUR"
    return f"{amount:.{1 - math.floor(math.log10(amount))}f} EUR"


def format_share(fraction: float) -> str:
    """A share of 0 to 1 to the nearest thousandth: `0.978`, `0.90`; 1.00 and 0.00 are kept for all and none."""
    nearest = round(fraction * _THOUSAND)
    if 0 < fraction < 1:
        nearest = min(max(nearest, 1), _THOUSAND - 1)
    return _format_thousandths(nearest)


def format_low(figure: float) -> str:
    """The lower end of an interval, rounded down."""
    return _format_thousandths(math.floor(figure * _THOUSAND + _ROUNDING))


def format_high(figure: float) -> str:
    """The upper end of an interval, rounded up."""
    return _format_thousandths(math.ceil(figure * _THOUSAND - _ROUNDING))


def _format_thousandths(number: int) -> str:
    """Two decimals, or three where the third says something."""
    return f"{number / _THOUSAND:.3f}".removesuffix("0")


def format_chance(fraction: float) -> str:
    """A chance in percent, to three digits: `0 %`, `0.21 %`, `67.2 %`."""
    return f"{fraction * 100:.3g} %"
