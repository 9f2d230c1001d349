"""What conversations cost and how long they took on both sides: distributions, not only means."""

from __future__ import annotations

from math import ceil
from typing import TYPE_CHECKING

from kiwerk.record import sum_usage
from kiwerk.record.comparison import Spread

if TYPE_CHECKING:
    from collections.abc import Sequence

    from kiwerk.prices import PriceTable
    from kiwerk.record import Transcript, Usage

Figures = dict[str, list[float]]


def compare_spreads(base: Sequence[Transcript], head: Sequence[Transcript], prices: PriceTable) -> tuple[Spread, ...]:
    """Each figure of base and head that was measured on either side, by name."""
    sides = {"base": _measure(base, prices), "head": _measure(head, prices)}
    names = [name for name in sides["base"] if any(figures[name] for figures in sides.values())]
    return tuple(
        _describe(name, side, figures[name]) for name in names for side, figures in sides.items() if figures[name]
    )


def _measure(samples: Sequence[Transcript], prices: PriceTable) -> Figures:
    turns = [turn for sample in samples for turn in sample.agent_turns]
    used = [usage for sample in samples if (usage := _usage(sample))]
    figures: Figures = {
        "input_tokens": [float(usage.input_tokens) for usage in used],
        "output_tokens": [float(usage.output_tokens) for usage in used],
        "cost_eur": [],
        "latency_seconds": [turn.latency_seconds for turn in turns if turn.latency_seconds is not None],
        "first_token_seconds": [turn.first_token_seconds for turn in turns if turn.first_token_seconds is not None],
        "turns": [float(len(sample.agent_turns)) for sample in samples],
    }
    for sample in samples:
        usage = _usage(sample)
        price = prices.find_for(sample.source, sample.started.date())
        # without a price it costs an unknown amount, and never nothing
        if usage and price:
            figures["cost_eur"].append(price.cost(usage))
    return figures


def _usage(sample: Transcript) -> Usage | None:
    known = [turn.usage for turn in sample.agent_turns if turn.usage is not None]
    return sum_usage(known) if known else None


def _describe(name: str, side: str, values: Sequence[float]) -> Spread:
    ordered = sorted(values)

    def at(share: float) -> float:
        """The value that this share of all does not exceed (nearest rank)."""
        return ordered[max(0, ceil(share * len(ordered)) - 1)]

    return Spread.model_validate(
        {
            "what": name,
            "side": side,
            "count": len(ordered),
            "low": ordered[0],
            "quarter": at(0.25),
            "median": at(0.5),
            "three_quarters": at(0.75),
            "p95": at(0.95),
            "high": ordered[-1],
        }
    )
