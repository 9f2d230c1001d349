"""Where the strokes of small pictures go: intervals around zero, boxes of a distribution, bars of shares.

All positions are in units of the picture's width, 0 to `WIDTH`; templates draw them.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from kiwerk.record.comparison import SliceChange, Spread

WIDTH = 240.0
HEIGHT = 60.0
_SPAN = (0.02, 0.05, 0.1, 0.2, 0.3, 0.4, 0.6, 0.8, 1.0)
"""How far the scale of differences reaches on both sides, so that pictures of several pages can be compared."""


@dataclass(frozen=True, slots=True)
class Interval:
    """A difference with its interval; zero lies in the middle."""

    low: float
    middle: float
    high: float


@dataclass(frozen=True, slots=True)
class Box:
    """A distribution: a line from the least to the 95th percentile, a box of the middle half, the greatest as a dot."""

    low: float
    quarter: float
    median: float
    three_quarters: float
    p95: float
    high: float


@dataclass(frozen=True, slots=True)
class Bar:
    """A stretch of a bar."""

    name: str
    start: float
    width: float


def place_intervals(slices: Sequence[SliceChange]) -> tuple[float, list[Interval]]:
    """How far the common scale reaches on both sides of zero, and each slice's interval on it."""
    widest = max((max(abs(item.low), abs(item.high)) for item in slices), default=0.0)
    span = next((step for step in _SPAN if widest <= step), _SPAN[-1])

    def at(value: float) -> float:
        return _round(WIDTH / 2 * (1 + max(-1.0, min(1.0, value / span))))

    return span, [Interval(at(item.low), at(item.difference), at(item.high)) for item in slices]


def place_boxes(spreads: Sequence[Spread]) -> list[Box]:
    """The boxes of one figure on a common scale from 0 to the greatest value, with room for its dot."""
    scale = (WIDTH - 12) / (max((item.high for item in spreads), default=0.0) or 1)
    return [
        Box(*(_round(6 + value * scale) for value in (
            item.low, item.quarter, item.median, item.three_quarters, item.p95, item.high
        )))
        for item in spreads
    ]  # fmt: skip


def place_shares(counts: Mapping[str, int]) -> list[Bar]:
    """A bar's stretches in the order of the counts; what is there at all can be seen."""
    present = {name: number for name, number in counts.items() if number}
    least = 3.0
    room = WIDTH - least * len(present)
    total = sum(present.values())
    ends = [0.0]
    for number in present.values():
        ends.append(ends[-1] + least + room * number / total)
    return [
        Bar(name, _round(start), _round(end - start))
        for name, (start, end) in zip(present, pairwise(ends), strict=True)
    ]


def place_heights(pairs: Sequence[tuple[int, int]]) -> list[tuple[float, float]]:
    """Heights of pairs of bars, 0 to `HEIGHT`, on a common scale; what is there at all can be seen."""
    most = max((number for pair in pairs for number in pair), default=0) or 1
    return [(_height(base, most), _height(head, most)) for base, head in pairs]


def _height(number: int, most: int) -> float:
    return _round(max(1.0, HEIGHT * number / most)) if number else 0.0


def _round(value: float) -> float:
    return round(value, 1)
