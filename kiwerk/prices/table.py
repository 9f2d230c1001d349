"""From provider, model and day to a price; a model without one has no price, and never costs nothing."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING, Any

from kiwerk.errors import KiwerkError
from kiwerk.load.document import parse_document
from kiwerk.load.validate import validate_document
from kiwerk.spec.prices import ANY, Prices

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from kiwerk.load.project import Project
    from kiwerk.record import Source, Usage
    from kiwerk.spec.prices import ModelPrice

BUILT_IN = "kiwerk/prices/builtin.yaml"
_MILLION = 1_000_000


@dataclass(frozen=True, slots=True)
class Price:
    """What one model costs, in euro for a million tokens."""

    provider: str
    names: tuple[str, ...]
    """Of the model; `*` alone is every one of the provider."""
    input_eur: float
    output_eur: float
    cached_input_eur: float
    valid_from: date | None
    """First day; None where it is valid from ever."""
    as_of: date
    """Day on which somebody looked."""
    source: str
    path: str
    """The document it is written in."""

    def cost(self, usage: Usage) -> float:
        """Euro for tokens."""
        cached = min(usage.cached_tokens, usage.input_tokens)
        return (
            (usage.input_tokens - cached) * self.input_eur
            + cached * self.cached_input_eur
            + usage.output_tokens * self.output_eur
        ) / _MILLION


class PriceTable:
    """All prices of a repository."""

    def __init__(self, own: Sequence[Price], built_in: Sequence[Price]) -> None:
        self._groups = (own, built_in)
        self._known: dict[tuple[str, tuple[str, ...], date], Price | None] = {}

    def find(self, provider: str | None, names: Iterable[str | None], day: date) -> Price | None:
        """The price of a model on a day, or None where none is known.

        The repository's own prices go before the built-in ones, a name that is given earlier before a later one, a
        price for the model before one for every model, and of several the one that became valid last.
        """
        wanted = (*(name for name in names if name), ANY)
        key = (provider or "", wanted, day)
        if key not in self._known:
            self._known[key] = next(self._find(*key), None)
        return self._known[key]

    def find_for(self, source: Source, day: date) -> Price | None:
        """The price of who spoke for an agent: by the name that the agent's document gives, or else the reported."""
        return self.find(source.provider, (strip_provider(source.model), source.reported), day)

    def describe(self, model: str | None = None) -> list[Any]:
        """As data, all that may set the price of a model, or all there is: what is digested where a price decides."""
        everything = [price for group in self._groups for price in group]
        name = strip_provider(model)
        named = [price for price in everything if name in price.names]
        # a model that has no price by this name may have one by the name that the provider reports
        return _describe([*named, *(price for price in everything if ANY in price.names)] if named else everything)

    def _find(self, provider: str, names: Iterable[str], day: date) -> Iterator[Price]:
        for group in self._groups:
            for name in names:
                valid = [
                    price
                    for price in group
                    if price.provider == provider
                    and name in price.names
                    and (price.valid_from is None or price.valid_from <= day)
                ]
                if valid:
                    yield max(valid, key=lambda price: price.valid_from or date.min)


def strip_provider(model: str | None) -> str | None:
    """The name of a model without the provider that documents write before it."""
    return model.partition(":")[2] or model if model else None


def find_prices(project: Project) -> PriceTable:
    """The prices of a repository.

    Raises:
        KiwerkError: two of its documents give the same model a price from the same day on.
    """
    return project.once(_find_prices)


def _find_prices(project: Project) -> PriceTable:
    built_in = _load_built_in()
    own: list[Price] = []
    seen: dict[tuple[str, str, date | None], str] = {}
    for loaded in project.prices.values():
        for entry in loaded.spec.prices:
            for name in entry.models:
                key = (entry.provider, name, entry.valid_from)
                if key in seen:
                    message = f"{seen[key]} and this have a price for {name} of {entry.provider} from the same day on"
                    raise KiwerkError(message, path=loaded.document.path, remedy="Take one of the two out")
            seen.update(dict.fromkeys(((entry.provider, name, entry.valid_from) for name in entry.models), loaded.id))
        own += _read(loaded.spec, built_in, loaded.document.path)
    return PriceTable(own, _read(built_in, built_in, BUILT_IN))


@cache
def _load_built_in() -> Prices:
    data = files("kiwerk.prices").joinpath("builtin.yaml").read_bytes()
    parsed = parse_document(data, BUILT_IN)
    spec, findings = validate_document(parsed.document, Prices) if parsed.document else (None, parsed.findings)
    if not isinstance(spec, Prices):
        message = f"the built-in prices cannot be read: {findings}"
        raise TypeError(message)
    return spec


def _read(prices: Prices, built_in: Prices, path: str) -> list[Price]:
    rate = prices.usd or built_in.usd
    return [_read_entry(entry, rate.eur if rate and entry.currency == "USD" else 1.0, path) for entry in prices.prices]


def _read_entry(entry: ModelPrice, euro: float, path: str) -> Price:
    cached = entry.input if entry.cached_input is None else entry.cached_input
    return Price(
        provider=entry.provider,
        names=tuple(entry.models),
        input_eur=entry.input * euro,
        output_eur=entry.output * euro,
        cached_input_eur=cached * euro,
        valid_from=entry.valid_from,
        as_of=entry.as_of,
        source=entry.source,
        path=path,
    )


def _describe(prices: Iterable[Price]) -> list[Any]:
    return [
        [
            price.provider,
            list(price.names),
            [price.input_eur, price.output_eur, price.cached_input_eur],
            price.valid_from.isoformat() if price.valid_from else None,
        ]
        for price in prices
    ]
