"""One vote: a judging model is asked, and its answer is read strictly or not at all."""

from __future__ import annotations

import json
import re
import time
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, NoReturn

from kiwerk.providers.protocol import Message, Provider, Reply, Request, Tally
from kiwerk.record import Answer, ShippedModel, Vote
from kiwerk.render.judging import Exhibit, digest_judge, render_instructions

if TYPE_CHECKING:
    from kiwerk.spec import Judge

_FENCE = re.compile(r"```(?:json)?\s*\n(.*)\n\s*```", re.DOTALL)
_KEYS = {"reason", "verdict"}


class Unusable(Exception):
    """An answer that says nothing; the text is a clause that says why."""


async def ask_vote(judge: Judge, exhibit: Exhibit, provider: Provider) -> Vote:
    """What a model answers to the judge's question; a wrong answer is kept as unusable, and not asked for again.

    Raises:
        ProviderFailure: none came.
        KiwerkError: none can come, such as after a refused credential.
    """
    tally, began, asked = Tally(), time.monotonic(), datetime.now(UTC)
    messages = (Message("system", render_instructions(judge, exhibit.turn)), Message("user", exhibit.text))
    model = ShippedModel(**judge.model.model_dump())
    reply = await provider.complete(Request(messages, (), model, tally))
    answer: Answer | None = None
    reason = problem = None
    try:
        answer, reason = _read(reply, judge)
    except Unusable as trouble:
        problem = str(trouble)
    return Vote(
        judge=digest_judge(judge),
        exhibit=exhibit.digest,
        asked=asked,
        source=(reply.source or provider.source).model_copy(
            update={"model": judge.model.name, "reported": reply.model}
        ),
        text=reply.text,
        answer=answer,
        reason=reason,
        problem=problem,
        usage=reply.usage,
        latency_seconds=round(max(time.monotonic() - began - tally.waited_seconds, 0.0), 6),
        attempts=tally.attempts,
    )


def _read(reply: Reply, judge: Judge) -> tuple[Answer, str]:
    if reply.finish_reason == "length":
        raise Unusable("the answer was cut off at its token limit")
    if reply.calls:
        raise Unusable("the model called a function in place of an answer")
    return parse_answer(reply.text, judge)


def parse_answer(text: str, judge: Judge) -> tuple[Answer, str]:
    """Verdict and reason of an answer: one JSON object with these two keys, in a code fence or not, and nothing else.

    Raises:
        Unusable: it is anything else, or the verdict is not on the judge's scale.
    """
    fenced = _FENCE.fullmatch(text.strip())
    try:
        body = json.loads(
            fenced[1] if fenced else text, object_pairs_hook=_object, parse_constant=_refuse, parse_float=_refuse
        )
    except (ValueError, RecursionError):
        raise Unusable("the answer is not one JSON object") from None
    if not isinstance(body, dict) or set(body) != _KEYS:
        raise Unusable("the answer is not an object with reason and verdict alone")
    reason, verdict = body["reason"], body["verdict"]
    if not isinstance(reason, str) or not reason.strip():
        raise Unusable("the answer gives no reason")
    if not judge.is_on_scale(verdict):
        scale = f"a grade from 1 to {judge.scale.points}" if judge.scale else "yes or no"
        raise Unusable(f"the verdict is not {scale}")
    return verdict, " ".join(reason.split())


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    if len({key for key, _ in pairs}) != len(pairs):
        raise ValueError("a key twice")
    return dict(pairs)


def _refuse(text: str) -> NoReturn:
    raise ValueError(text)
