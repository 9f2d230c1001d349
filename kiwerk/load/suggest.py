"""Did you mean: the known name that is closest to a mistyped one."""

from __future__ import annotations

import difflib
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

_SHORTEST_SLIP = 4


def suggest(name: str, known: Iterable[str]) -> str | None:
    """`Did you mean 'x'?`, or None where nothing known is close to the name."""
    close = difflib.get_close_matches(name, sorted(known), n=1, cutoff=0.6)
    return f"Did you mean '{close[0]}'?" if close else None


def find_only_slip(name: str, known: Iterable[str]) -> str | None:
    """The one known name that differs by a single slip of the fingers, or None where there are none or several.

    A slip is one character too many, too few, another one, or two exchanged; or capitals and hyphens that should be
    small letters and underscores. Names of less than four characters are one slip away from too many others.
    """
    found = {other for other in known if len(name) >= _SHORTEST_SLIP and _is_slip(name, other)}
    return found.pop() if len(found) == 1 else None


def _is_slip(name: str, other: str) -> bool:
    if name.lower().replace("-", "_") == other:
        return True
    short, long = sorted((name, other), key=len)
    start = next((index for index, (a, b) in enumerate(zip(short, long, strict=False)) if a != b), len(short))
    if len(long) == len(short) + 1:
        return short[start:] == long[start + 1 :]
    if len(long) != len(short):
        return False
    exchanged = short[start : start + 2] == long[start : start + 2][::-1] and short[start + 2 :] == long[start + 2 :]
    return exchanged or short[start + 1 :] == long[start + 1 :]
