"""From what conversations took to what they cost."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING

from kiwerk.prices.table import strip_provider
from kiwerk.record import Bill, BillItem, sum_usage

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import date

    from kiwerk.prices.table import PriceTable
    from kiwerk.record import Result, Run, Spending


def price_spending(spending: Spending, prices: PriceTable, day: date) -> float | None:
    """Euro, by the prices of the day on which it was spent; None where no price is known."""
    names = (strip_provider(spending.model), spending.reported)
    price = prices.find(spending.provider, names, day)
    return None if price is None else price.cost(spending.usage)


def bill_run(run: Run, prices: PriceTable, digest: str) -> Bill:
    """What a run spent, samples of earlier runs left out.

    Args:
        run: the run.
        prices: what tokens cost.
        digest: of these prices, by which a bill says what it was reckoned by.
    """
    groups: dict[tuple[str, str | None, str | None], list[tuple[Spending, float | None]]] = defaultdict(list)
    asked = ((spending, run.started.date()) for spending in run.asked)
    for spending, day in (*_find_new(run.results), *asked):
        group = (spending.speaker, spending.provider, spending.model)
        groups[group].append((spending, price_spending(spending, prices, day)))
    items = tuple(_sum(spent) for spent in groups.values())
    known = [item.eur for item in items if item.eur is not None]
    return Bill(
        items=items,
        eur=sum(known) if items and len(known) == len(items) else None,
        prices=digest if items else None,
    )


def _find_new(results: Iterable[Result]) -> Iterable[tuple[Spending, date]]:
    for result in results:
        if not result.reused and result.sampled is not None:
            for spending in result.spent:
                yield spending, result.sampled.date()


def _sum(spent: list[tuple[Spending, float | None]]) -> BillItem:
    first = spent[0][0]
    known = [eur for _, eur in spent if eur is not None]
    return BillItem(
        speaker=first.speaker,
        provider=first.provider,
        model=first.model,
        conversations=len(spent),
        requests=sum(spending.requests for spending, _ in spent),
        usage=sum_usage(spending.usage for spending, _ in spent),
        eur=sum(known) if len(known) == len(spent) else None,
    )
