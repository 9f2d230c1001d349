"""tokens: how many tokens the agent took."""

from __future__ import annotations

from typing import TYPE_CHECKING

from kiwerk.record import Figure
from kiwerk.score.kinds.kind import Judgement, format_message
from kiwerk.score.scope import CannotJudge, Scope

if TYPE_CHECKING:
    from kiwerk.spec.expectation import Expectation


def judge_tokens(expectation: Expectation, scope: Scope) -> Judgement:
    """Whether the agent's tokens, all requests together, keep every limit; `not`: whether they exceed one."""
    limits = expectation.tokens
    if limits is None:
        raise CannotJudge("it names no limit")
    usage = scope.require_usage()
    total = usage.input_tokens + usage.output_tokens
    measured = (
        ("input tokens", limits.max_input, usage.input_tokens),
        ("output tokens", limits.max_output, usage.output_tokens),
        ("tokens", limits.max, total),
    )
    named = [(unit, limit, count) for unit, limit, count in measured if limit is not None]
    kept = all(count <= limit for _, limit, count in named) is not expectation.negated
    wanted = " and ".join(f"{limit} {unit}" for unit, limit, _ in named)
    found = " and ".join(f"{count} {unit}" for unit, _, count in named)
    expected = f"{'more than' if expectation.negated else 'at most'} {wanted} {scope.where}"
    return Judgement(kept, format_message(expected, found), figure=Figure(value=total, unit="tokens", kept=kept))
