"""What a run spent, in the terminal: a line for each model that was asked."""

from __future__ import annotations

from typing import TYPE_CHECKING

from kiwerk.language.phrase import count, format_eur

if TYPE_CHECKING:
    from kiwerk.record import Bill, BillItem

_SPEAKERS = {"agent": "agents", "user": "simulated users", "judge": "judges"}


def describe_bill(bill: Bill) -> list[str]:
    """A line for each sort of speaker and model, and one for all together where there are several; empty for none."""
    lines = [f"{_SPEAKERS[item.speaker]}: {_describe(item)}" for item in bill.items]
    if len(bill.items) > 1:
        cost = format_eur(bill.eur) if bill.eur is not None else "not known in euro"
        usage = bill.usage
        lines.append(f"all: {usage.input_tokens:,} input and {usage.output_tokens:,} output tokens, {cost}")
    return lines


def _describe(item: BillItem) -> str:
    usage = item.usage
    name = f"{item.provider} {(item.model or '').partition(':')[2] or item.model}"
    cost = f"{format_eur(item.eur)}, {name}" if item.eur is not None else f"no price known for {name}"
    tokens = f"{usage.input_tokens:,} input and {usage.output_tokens:,} output tokens"
    return f"{count(item.requests, 'request')}, {tokens}, {cost}"
