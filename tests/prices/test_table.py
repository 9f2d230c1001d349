from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from kiwerk.errors import KiwerkError
from kiwerk.load.project import load_project
from kiwerk.prices import PriceTable, find_prices
from kiwerk.record import Source, Usage

DAY = date(2026, 11, 27)
OWN = """\
kind: Prices
prices:
  - {{provider: mistral, models: [mistral-small-2506], input: 1, output: 2, as_of: 2026-11-01, source: Vertrag{more}}}
"""


def table(root: Path, **documents: str) -> PriceTable:
    (root / "evals").mkdir()
    for name, text in documents.items():
        (root / f"evals/{name}.yaml").write_text(text, encoding="utf-8")
    project = load_project(root)
    assert project.findings == ()
    return find_prices(project)


def test_built_in_price_is_in_euro_and_says_where_it_is_from(tmp_path: Path) -> None:
    price = table(tmp_path).find("mistral", ["mistral-small-2506"], DAY)
    assert price is not None
    assert price.cost(Usage(input_tokens=1_000_000)) == pytest.approx(0.1 * 0.85)
    assert price.cost(Usage(output_tokens=1_000_000)) == pytest.approx(0.3 * 0.85)
    assert (price.source, price.as_of.year) == ("Mistral AI, pricing page", 2025)


@pytest.mark.parametrize(
    ("provider", "model"),
    [("mistral", "mistral-small-9999"), ("loopback", "mistral-small-2506"), (None, "gpt-4o"), ("openai", "*")],
)
def test_what_is_not_in_the_table_has_no_price(tmp_path: Path, provider: str | None, model: str) -> None:
    assert table(tmp_path).find(provider, [model], DAY) is None


def test_own_price_goes_before_the_built_in_one(tmp_path: Path) -> None:
    price = table(tmp_path, preise=OWN.format(more="")).find("mistral", ["mistral-small-2506"], DAY)
    assert price is not None
    assert (price.input_eur, price.path) == (1, "evals/preise.yaml")


def test_price_is_that_of_the_day_on_which_it_was_spent(tmp_path: Path) -> None:
    first = OWN.format(more=", valid_from: 2026-01-01")
    second = OWN.format(more=", valid_from: 2026-07-01").replace("input: 1", "input: 5")
    prices = table(tmp_path, alt=first, neu=second)
    found = [prices.find("mistral", ["mistral-small-2506"], day) for day in (date(2026, 6, 30), date(2026, 7, 1))]
    assert [price.input_eur for price in found if price] == [1, 5]
    before = prices.find("mistral", ["mistral-small-2506"], date(2025, 12, 31))
    assert before is not None
    assert before.path == "kiwerk/prices/builtin.yaml"


def test_star_is_every_model_that_has_no_price_of_its_own(tmp_path: Path) -> None:
    star = OWN.format(more="").replace("[mistral-small-2506]", '["*"]').replace("mistral,", "loopback,")
    prices = table(tmp_path, lokal=star.replace("input: 1, output: 2", "input: 0, output: 0"))
    price = prices.find("loopback", ["irgendeins"], DAY)
    assert price is not None
    assert price.cost(Usage(input_tokens=10**6, output_tokens=10**6)) == 0


def test_cached_tokens_have_their_own_price_or_that_of_others(tmp_path: Path) -> None:
    usage = Usage(input_tokens=1_000_000, cached_tokens=400_000)
    dear = table(tmp_path, preise=OWN.format(more="")).find("mistral", ["mistral-small-2506"], DAY)
    assert dear is not None
    assert dear.cost(usage) == pytest.approx(1)
    (tmp_path / "b").mkdir()
    cheap = table(tmp_path / "b", preise=OWN.format(more=", cached_input: 0.5")).find(
        "mistral", ["mistral-small-2506"], DAY
    )
    assert cheap is not None
    assert cheap.cost(usage) == pytest.approx(0.6 + 0.2)


def test_dollars_are_counted_by_the_rate_of_the_document(tmp_path: Path) -> None:
    text = OWN.format(more=", currency: USD") + "usd: {eur: 0.5, as_of: 2026-11-01, source: EZB}\n"
    price = table(tmp_path, preise=text).find("mistral", ["mistral-small-2506"], DAY)
    assert price is not None
    assert price.input_eur == pytest.approx(0.5)


def test_reported_name_is_asked_where_the_named_one_has_no_price(tmp_path: Path) -> None:
    source = Source(
        origin="model", provider="openai", model="openai:gpt-mini-latest", reported="gpt-4o-mini-2024-07-18"
    )
    price = table(tmp_path).find_for(source, DAY)
    assert price is not None
    assert "gpt-4o-mini" in price.names


def test_two_documents_may_not_give_one_model_two_prices(tmp_path: Path) -> None:
    with pytest.raises(KiwerkError, match="a price for mistral-small-2506 of mistral from the same day on"):
        table(tmp_path, eins=OWN.format(more=""), zwei=OWN.format(more=""))
