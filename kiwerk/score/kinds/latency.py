"""latency: how long the user waits for each reply."""

from __future__ import annotations

from typing import TYPE_CHECKING

from kiwerk.record import Figure
from kiwerk.score.kinds.kind import Judgement, format_message
from kiwerk.score.scope import CannotJudge, NotMeasured, Reply, Scope

if TYPE_CHECKING:
    from collections.abc import Sequence

    from kiwerk.spec.expectation import Expectation


def judge_latency(expectation: Expectation, scope: Scope) -> Judgement:
    """Whether every reply keeps every limit; `not`: whether some reply exceeds one."""
    limits = expectation.latency
    if limits is None:
        raise CannotJudge("it names no limit")
    replies = scope.require_replies()
    slowest = [
        (what, limit, *_find_slowest([(reply, times[field]) for reply, times in _times(replies)], what))
        for what, field, limit in (
            ("", 0, limits.max_seconds),
            (" until its first piece", 1, limits.first_token_max_seconds),
        )
        if limit is not None
    ]
    kept = all(seconds <= limit for _, limit, seconds, _ in slowest) is not expectation.negated
    wanted = " and ".join(f"{limit:g} s{what}" for what, limit, _, _ in slowest)
    found = " and ".join(
        f"{seconds:.2f} s{what} in the reply to user turn {turn}" for what, _, seconds, turn in slowest
    )
    expected = f"{'some reply to take more than' if expectation.negated else 'every reply to take at most'} {wanted}"
    figure = Figure(value=slowest[0][2], unit="s", kept=kept)
    return Judgement(kept, format_message(f"{expected} {scope.where}", found), figure=figure)


def _times(replies: Sequence[Reply]) -> list[tuple[Reply, tuple[float | None, float | None]]]:
    return [(reply, (reply.latency_seconds, reply.first_token_seconds)) for reply in replies]


def _find_slowest(times: Sequence[tuple[Reply, float | None]], what: str) -> tuple[float, int]:
    """Seconds and user turn of the reply that was waited for longest."""
    known = [(seconds, reply.turn) for reply, seconds in times if seconds is not None]
    if not known and all(reply.latency_seconds is None for reply, _ in times):
        raise NotMeasured
    if len(known) < len(times):
        hint = ", which `kiwerk eval --stream --fresh` measures" if what else ""
        raise CannotJudge(f"it is not known how long every reply took{what}{hint}")
    return max(known, key=lambda item: item[0])
