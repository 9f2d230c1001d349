"""Forecast of simulated users and judges, from the length of what they are told and of the conversation they hear.

At least is nothing for judges, since votes about the same words are kept, and one request for a simulated user, which
may be content at once. At most, every conversation takes all its turns and attempts, and is judged.
"""

from __future__ import annotations

import json
from collections import defaultdict
from typing import TYPE_CHECKING, NamedTuple

from kiwerk.pipeline.attempts import MOST_REPLACED
from kiwerk.pipeline.lengths import CHARACTERS, RESULT, WORDS
from kiwerk.prices.table import strip_provider
from kiwerk.record import HelperEstimate, Range, Usage
from kiwerk.render.judging import render_instructions

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from kiwerk.pipeline.forecast import Forecast
    from kiwerk.record.spending import Speaker
    from kiwerk.render.situation import Situation
    from kiwerk.run.plan import Planned

_VERDICT = 400
"""Characters of a judge's answer: up to three sentences."""
_MARKS = 1.4
"""How much longer a conversation is as a judge sees it, one JSON object a line."""


class _Need(NamedTuple):
    """Requests and characters of one helper for one conversation, at least and at most."""

    speaker: Speaker
    model: str
    requests: tuple[int, int]
    sent: tuple[float, float]
    said: tuple[float, float]


def expect_helpers(
    forecast: Forecast, asked: Sequence[Planned], judged: Sequence[Planned]
) -> tuple[HelperEstimate, ...]:
    """What simulated users and judges will most likely take, by who they are and which model.

    Args:
        forecast: knows the prices.
        asked: conversations to be held with a model.
        judged: conversations that judges may be asked about.
    """
    needs: dict[tuple[Speaker, str], list[_Need]] = defaultdict(list)
    for item in asked:
        if item.situation.role is not None:
            need = _count_user(item.situation, item.situation.role)
            needs[need.speaker, need.model].append(need)
    for item in judged:
        for need in _count_judges(item.situation):
            needs[need.speaker, need.model].append(need)
    return tuple(_sum(forecast, found) for found in needs.values())


def _count_user(situation: Situation, role: str) -> _Need:
    words = [2 * length for length in WORDS]  # its own and the agent's
    turns = situation.most_turns
    least = len(role)
    most = sum(len(role) + turn * words[1] for turn in range(turns)) * (1 + MOST_REPLACED)
    requests = turns * (1 + MOST_REPLACED)
    return _Need("user", situation.simulator.name, (1, requests), (least, most), (WORDS[0], requests * WORDS[1]))


def _count_judges(situation: Situation) -> Iterator[_Need]:
    case = situation.case
    calls = [call for turn in case.reference for call in turn.call]
    heard = sum(map(len, situation.user_turns)) + 2 * sum(len(turn.say) for turn in case.reference)
    heard += sum(len(json.dumps(call)) + RESULT[1] for call in calls)
    if not case.reference:
        heard += 2 * situation.most_turns * WORDS[1]
    for name, turn in dict.fromkeys((entry.judge, turn) for turn, entry in situation.expectations if entry.judge):
        judge = situation.judges[name].spec
        sent = judge.votes * (len(render_instructions(judge, turn)) + heard * _MARKS)
        yield _Need("judge", judge.model.name, (0, judge.votes), (0, sent), (0, judge.votes * _VERDICT))


def _sum(forecast: Forecast, needs: Sequence[_Need]) -> HelperEstimate:
    first = needs[0]
    sent, said = (
        Range(
            low=round(sum(getattr(need, name)[0] for need in needs) / CHARACTERS[1]),
            high=round(sum(getattr(need, name)[1] for need in needs) / CHARACTERS[0]),
        )
        for name in ("sent", "said")
    )
    price = forecast.find_price(first.model)
    low, high = (
        price.cost(Usage(input_tokens=round(tokens), output_tokens=round(words))) if price else 0
        for tokens, words in ((sent.low, said.low), (sent.high, said.high))
    )
    return HelperEstimate(
        speaker=first.speaker,
        model=f"{forecast.providers.get(first.model)} {strip_provider(first.model)}",
        requests=Range(low=sum(need.requests[0] for need in needs), high=sum(need.requests[1] for need in needs)),
        input_tokens=sent,
        output_tokens=said,
        cost_eur=Range(low=low, high=high) if price else None,
    )
