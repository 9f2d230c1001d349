"""What tokens cost in euro: the repository's own prices before the dated table that kiwerk brings."""

from __future__ import annotations

from kiwerk.prices.table import Price, PriceTable, find_prices

__all__ = ["Price", "PriceTable", "find_prices"]
