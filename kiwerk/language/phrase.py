"""Small pieces of the sentences that kiwerk itself says: numbers of things, lists of names, durations."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

_UNITS = {"day": timedelta(days=1), "hour": timedelta(hours=1), "minute": timedelta(minutes=1)}


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
