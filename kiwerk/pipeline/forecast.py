"""Forecast: tokens and euro of conversations that have not been held, from stored samples or from the prompt's length.

A case of which samples are stored takes what they took, the least to the most. Of any other, the requests are those
of its reference, or else one to three a user turn, and every request sends the prompt, the tools and what was said so
far; a token is 2.5 to 4.5 characters, as common tokenizers cut German and JSON.
"""

from __future__ import annotations

import json
from collections import defaultdict
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from kiwerk.pipeline.forecast_helpers import expect_helpers
from kiwerk.pipeline.lengths import CHARACTERS, RESULT, WORDS
from kiwerk.pipeline.plan import count_least_calls, count_user_calls, estimate
from kiwerk.pipeline.reuse import find_reusable
from kiwerk.prices import PriceTable, find_prices
from kiwerk.prices.table import strip_provider
from kiwerk.record import Estimate, Expected, Range, Usage
from kiwerk.run.loop import fill_prompt
from kiwerk.store import Store

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import date

    from kiwerk.pipeline.models import Access
    from kiwerk.pipeline.plan import Planning
    from kiwerk.pipeline.workspace import Workspace
    from kiwerk.prices import Price
    from kiwerk.record import Transcript
    from kiwerk.run.plan import Planned

_CALLS = 2
"""Requests more that a turn without a reference may take, where the agent has tools."""


@dataclass(frozen=True, slots=True)
class Past:
    """What stored conversations of one case took."""

    requests: tuple[int, ...]
    usages: tuple[Usage, ...]


@dataclass(frozen=True)
class Forecast:
    """Tells what conversations with a model will most likely take."""

    prices: PriceTable
    providers: Mapping[str, str | None]
    """Who will answer, as prices name it, by the model as an agent's document names it."""
    day: date
    past: Mapping[tuple[str, str], Past]
    """By agent and case."""
    known: dict[tuple[str, str], Expected] = field(default_factory=dict)
    """A case's, since its conversations differ in nothing but their number."""

    def find_price(self, model: str) -> Price | None:
        """The price of a model as an agent's document names it, or None where none is known."""
        return self.prices.find(self.providers.get(model), [strip_provider(model)], self.day)

    def expect(self, item: Planned) -> Expected:
        """What one planned conversation will take; nothing where no model is asked."""
        if item.script is not None or item.skipped:
            return Expected()
        key = (item.conversation.agent, item.conversation.case)
        if key not in self.known:
            self.known[key] = self._expect(item)
        return self.known[key]

    def _expect(self, item: Planned) -> Expected:
        known = ((item.conversation.agent, name) for name in item.situation.names)
        past = next((self.past[key] for key in known if key in self.past), None)
        expected = _from_past(past) if past else _from_length(item)
        price = self.find_price(item.rendered.bundle.model.name)
        if price is None:
            return expected
        low, high = (
            price.cost(Usage(input_tokens=round(tokens), output_tokens=round(words)))
            for tokens, words in (
                (expected.input_tokens.low, expected.output_tokens.low),
                (expected.input_tokens.high, expected.output_tokens.high),
            )
        )
        return expected.model_copy(update={"cost_eur": Range(low=low, high=high)})


def open_forecast(workspace: Workspace, providers: Mapping[str, str | None]) -> Forecast:
    """A forecast from what is stored of a repository.

    Args:
        workspace: the repository.
        providers: who will answer, as `Source.provider` names it, by model.
    """
    past: dict[tuple[str, str], list[Transcript]] = defaultdict(list)
    with Store(workspace.project.root, reading=True) as store:
        for sample in store.load_samples():
            past[sample.conversation.agent, sample.conversation.case].append(sample)
    summed = {key: _sum_past(samples) for key, samples in past.items()}
    return Forecast(
        find_prices(workspace.project),
        providers,
        workspace.now.date(),
        {key: found for key, found in summed.items() if found is not None},
    )


def estimate_run(workspace: Workspace, planning: Planning, access: Access | None, *, fresh: bool) -> Estimate:
    """What a planned run would take: conversations, requests, tokens and euro."""
    plan = planning.conversations
    counted = estimate(plan)
    if access is None or access.origin != "model" or planning.sampling is None:
        return counted
    bundles = {item.conversation.agent: item.rendered.bundle for item in plan if item.script is None}
    providers = {bundle.model.name: access.source_of(bundle).provider for bundle in bundles.values()}
    for item in plan:
        bundle, situation = item.rendered.bundle, item.situation
        helpers = [judge.spec.model for judge in situation.judges.values()]
        for helper in (*helpers, *([situation.simulator] if situation.role else [])):
            if helper.name not in providers:
                model = bundle.model.model_copy(update={"name": helper.name})
                providers[helper.name] = access.source_of(bundle.model_copy(update={"model": model})).provider
    forecast = open_forecast(workspace, providers)
    reused: frozenset[int] = frozenset()
    if not fresh:
        with Store(workspace.project.root, reading=True) as store:
            reused = frozenset(find_reusable(store, plan, (), access, workspace.now - planning.sampling.max_age))
    asked = [
        item
        for position, item in enumerate(plan)
        if item.script is None and not item.skipped and position not in reused
    ]
    told = sum_forecast(forecast, asked, counted.model_copy(update={"reused": len(reused)}))
    besides = expect_helpers(forecast, asked, [item for item in plan if not item.skipped])
    costs = [told.cost_eur, *(helper.cost_eur for helper in besides)]
    known = [cost for cost in costs if cost is not None]
    total = sum(known, Range()) if len(known) == len(costs) else None
    return told.model_copy(update={"helpers": besides, "all_eur": total})


def sum_forecast(forecast: Forecast, asked: Sequence[Planned], counted: Estimate) -> Estimate:
    """An estimate with what conversations with a model will most likely take."""
    expected = [forecast.expect(item) for item in asked]
    models = dict.fromkeys(item.rendered.bundle.model.name for item in asked)
    prices = {model: forecast.find_price(model) for model in models}
    costs = [item.cost_eur for item in expected if item.cost_eur is not None]
    simulated, user_calls = count_user_calls(asked)
    return counted.model_copy(
        update={
            "calls": sum(count_least_calls(item.situation) for item in asked),
            "simulated": simulated,
            "user_calls": user_calls,
            "sampled": sum(item.samples > 0 for item in expected),
            "requests": sum((item.requests for item in expected), Range()),
            "input_tokens": sum((item.input_tokens for item in expected), Range()),
            "output_tokens": sum((item.output_tokens for item in expected), Range()),
            "cost_eur": sum(costs, Range()) if len(costs) == len(expected) else None,
            "unpriced": tuple(
                f"{forecast.providers.get(model)} {strip_provider(model)}"
                for model, price in prices.items()
                if price is None
            ),
            "priced_by": tuple(
                dict.fromkeys(f"{price.source}, as of {price.as_of}" for price in prices.values() if price)
            ),
        }
    )


def _sum_past(samples: Sequence[Transcript]) -> Past | None:
    """What samples took; None where their providers do not tell."""
    requests, usages = [], []
    for sample in samples:
        spoken = [turn for turn in sample.turns if turn.role == "agent" and turn.usage is not None]
        usage = Usage(
            input_tokens=sum(turn.usage.input_tokens for turn in spoken if turn.usage),
            output_tokens=sum(turn.usage.output_tokens for turn in spoken if turn.usage),
        )
        if usage.input_tokens:
            usages.append(usage)
            requests.append(sum(turn.attempts or 0 for turn in spoken))
    return Past(tuple(requests), tuple(usages)) if usages else None


def _from_past(past: Past) -> Expected:
    return Expected(
        requests=_range(past.requests),
        input_tokens=_range([usage.input_tokens for usage in past.usages]),
        output_tokens=_range([usage.output_tokens for usage in past.usages]),
        samples=len(past.usages),
    )


def _range(values: Sequence[float]) -> Range:
    return Range(low=min(values), high=max(values))


def _from_length(item: Planned) -> Expected:
    most_characters, least_characters = CHARACTERS[1], CHARACTERS[0]
    low, high = _count(item, 0), _count(item, 1)
    cap = item.rendered.bundle.model.max_tokens
    most_output = high.said / least_characters
    return Expected(
        requests=Range(low=low.requests, high=high.requests),
        input_tokens=Range(low=round(low.sent / most_characters), high=round(high.sent / least_characters)),
        output_tokens=Range(
            low=round(low.said / most_characters),
            high=round(min(most_output, cap * high.requests) if cap else most_output),
        ),
    )


@dataclass(slots=True)
class _Count:
    """Requests and characters of one conversation."""

    requests: int = 0
    sent: float = 0
    said: float = 0


def _count(item: Planned, end: int) -> _Count:
    """The conversation at its shortest (0) or longest (1): every request sends all that was said before it."""
    bundle, situation = item.rendered.bundle, item.situation
    tools = json.dumps([tool.model_dump(mode="json") for tool in bundle.tools]) if bundle.tools else ""
    history = len(fill_prompt(bundle, situation.holes)) + len(tools) + len(bundle.opening or "")
    counted = _Count()
    reference = situation.case.reference
    said = [len(words) for words in situation.user_turns] or [WORDS[end]] * (situation.most_turns if end else 1)
    for number, length in enumerate(said):
        history += length
        if reference:
            calls = [len(json.dumps(call)) for call in reference[number].call]
            reply = len(reference[number].say) * (1 + end)
        else:
            calls = [WORDS[0]] * (_CALLS * end if bundle.tools else 0)
            reply = WORDS[end]
        for call in calls:
            counted.requests += 1
            counted.sent += history
            counted.said += call
            history += call + RESULT[end]
        counted.requests += 1
        counted.sent += history
        counted.said += reply
        history += reply
    return counted
