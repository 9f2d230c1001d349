"""What a run would take, for people and for programs."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from kiwerk.language.phrase import count, format_eur

if TYPE_CHECKING:
    from kiwerk.record import Estimate, Range


def format_estimate(estimate: Estimate, style: str) -> str:
    """What a run would take, as `text` (also in place of `markdown`) or `json`."""
    if style == "json":
        return json.dumps({"version": 1, **estimate.model_dump(mode="json")}, indent=2) + "\n"
    lines = [
        f"references       {estimate.references:6}  no model calls",
        f"counterexamples  {estimate.counterexamples:6}  no model calls",
        f"model            {estimate.model:6}  at least {estimate.calls} calls{_reused(estimate)}",
        *_users(estimate),
        *([f"judges           {'':6}  at most {estimate.votes} calls"] if estimate.votes else []),
        f"skipped          {estimate.skipped:6}",
    ]
    if estimate.requests.high:
        lines += ["", *_spending(estimate)]
    if estimate.helpers:
        lines += ["", *_helpers(estimate)]
    return "\n".join(lines) + "\n"


def _users(estimate: Estimate) -> list[str]:
    if not estimate.simulated:
        return []
    return [f"simulated users  {estimate.simulated:6}  at most {estimate.user_calls} calls"]


def _reused(estimate: Estimate) -> str:
    return f", {estimate.reused} from stored samples without any" if estimate.reused else ""


def _spending(estimate: Estimate) -> list[str]:
    asked = estimate.model - estimate.reused
    reckoned = asked - estimate.sampled
    basis = [
        f"{count(estimate.sampled, 'conversation')} by stored samples of the same cases" if estimate.sampled else "",
        f"{count(reckoned, 'conversation')} by the length of prompt, tools and reference, 2.5 to 4.5 characters a token"
        if reckoned
        else "",
    ]
    lines = [
        f"input tokens   {_range(estimate.input_tokens)}",
        f"output tokens  {_range(estimate.output_tokens)}",
    ]
    if estimate.cost_eur is not None:
        low, high = (format_eur(amount) for amount in (estimate.cost_eur.low, estimate.cost_eur.high))
        lines.append(f"cost           at least {low}, most likely at most {high}")
    else:
        lines.append(f"cost           no price known for {', '.join(estimate.unpriced)}: see `kiwerk new prices`")
    lines.append(f"basis          {'; '.join(part for part in basis if part)}")
    lines += [f"prices         {source}" for source in estimate.priced_by]
    return lines


def _helpers(estimate: Estimate) -> list[str]:
    """What is in none of the figures above, and all together."""
    names = {"user": "simulated users", "judge": "judges", "agent": "agents"}
    lines = []
    for helper in estimate.helpers:
        tokens = f"{helper.input_tokens.high:,.0f} input and {helper.output_tokens.high:,.0f} output tokens"
        cost = format_eur(helper.cost_eur.high) if helper.cost_eur else "no price known"
        lines.append(f"{names[helper.speaker]:<17}most likely at most {tokens}, {cost}, {helper.model}")
    lines.append(f"{'basis':<17}the length of what they are told, all turns and attempts, and no vote that is kept")
    if estimate.all_eur is not None:
        low, high = (format_eur(amount) for amount in (estimate.all_eur.low, estimate.all_eur.high))
        lines.append(f"{'all together':<17}at least {low}, most likely at most {high}")
    return lines


def _range(tokens: Range) -> str:
    return f"at least {tokens.low:,.0f}, most likely at most {tokens.high:,.0f}"
