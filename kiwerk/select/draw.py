"""A stratified draw: every stratum in proportion, the same for everyone who has the same cases."""

from __future__ import annotations

import hashlib
from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

_SEED_DIGITS = 12
"""Hexadecimal; JSON readers keep integers below 2 to the power of 53."""


@dataclass(frozen=True, slots=True)
class Lot:
    """A case that may be drawn."""

    case: str
    """`suite#case`."""
    stratum: tuple[str, str]
    """Agent and process, or the first tag where it names no process."""
    content: str
    """What it is tested with: by its digest, so that a name decides nothing."""


def find_seed(lots: Iterable[Lot]) -> int:
    """What cases are drawn by: it follows from their contents, so that no machine and no moment decides."""
    text = "\n".join(sorted(lot.content for lot in lots))
    return int(hashlib.sha256(text.encode()).hexdigest()[:_SEED_DIGITS], 16)


def draw_cases(lots: Sequence[Lot], number: int, seed: int) -> tuple[str, ...]:
    """So many cases, first drawn first: one of every stratum, then of each in proportion to its size.

    Whoever draws more has all that whoever draws fewer has.
    """
    strata: dict[tuple[str, str], list[Lot]] = defaultdict(list)
    for lot in sorted(lots, key=lambda lot: (_rank(lot, seed), lot.case)):
        strata[lot.stratum].append(lot)
    order = sorted(
        (place > 0, (place + 0.5) / len(members), _rank(lot, seed), lot.case)
        for members in strata.values()
        for place, lot in enumerate(members)
    )
    return tuple(case for *_, case in order[:number])


def _rank(lot: Lot, seed: int) -> str:
    return hashlib.sha256(f"{seed}:{lot.content}".encode()).hexdigest()
