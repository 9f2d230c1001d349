from __future__ import annotations

from datetime import UTC, datetime

from kiwerk.diff.spread import compare_spreads
from kiwerk.prices import PriceTable
from kiwerk.record import Conversation, Source, Transcript, Turn, Usage


def sample(tokens: int | None, seconds: float | None) -> Transcript:
    usage = None if tokens is None else Usage(input_tokens=tokens, output_tokens=1)
    return Transcript(
        conversation=Conversation(agent="a/b", case="a/b#c", origin="model", subject="s", stimulus="t"),
        source=Source(origin="model", provider="nobody", model="nobody:x"),
        started=datetime(2026, 11, 25, tzinfo=UTC),
        turns=(Turn(role="user", text="Ja."), Turn(role="agent", text="Gern.", usage=usage, latency_seconds=seconds)),
        state={},
    )


def test_distribution_is_told_by_its_quantiles() -> None:
    found = compare_spreads([sample(number, None) for number in range(1, 101)], [], PriceTable([], []))
    [tokens] = [item for item in found if item.what == "input_tokens"]
    assert (tokens.low, tokens.quarter, tokens.median, tokens.three_quarters, tokens.p95, tokens.high) == (
        1,
        25,
        50,
        75,
        95,
        100,
    )
    assert tokens.count == 100


def test_unknown_price_is_no_cost_and_not_none() -> None:
    found = compare_spreads([sample(5, 1.0)], [sample(5, 2.0)], PriceTable([], []))
    assert {item.what for item in found} == {"input_tokens", "output_tokens", "latency_seconds", "turns"}
    assert [(item.side, item.median) for item in found if item.what == "latency_seconds"] == [
        ("base", 1.0),
        ("head", 2.0),
    ]
