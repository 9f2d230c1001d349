"""cost: what the agent's tokens cost, by the prices of the day on which the conversation was held."""

from __future__ import annotations

from typing import TYPE_CHECKING

from kiwerk.language.phrase import format_eur
from kiwerk.record import Figure
from kiwerk.score.kinds.kind import Judgement, format_message
from kiwerk.score.scope import CannotJudge, Scope

if TYPE_CHECKING:
    from kiwerk.spec.expectation import Expectation


def judge_cost(expectation: Expectation, scope: Scope) -> Judgement:
    """Whether the agent's tokens cost no more euro than this; `not`: whether they cost more."""
    limit = expectation.cost
    if limit is None:
        raise CannotJudge("it names no limit")
    usage = scope.require_usage()
    prices, source = scope.world.prices, scope.source
    price = prices.find_for(source, scope.day) if prices and source and scope.day else None
    if price is None:
        who = f"{source.provider} {source.reported or source.model}" if source else "who spoke"
        raise CannotJudge(f"no price is known for {who}, and a document of kind Prices may give one")
    euro = price.cost(usage)
    kept = (euro <= limit.max) is not expectation.negated
    expected = f"{'more than' if expectation.negated else 'at most'} {format_eur(limit.max)} {scope.where}"
    found = f"{format_eur(euro)} for {usage.input_tokens} input and {usage.output_tokens} output tokens"
    return Judgement(kept, format_message(expected, found), figure=Figure(value=euro, unit="EUR", kept=kept))
