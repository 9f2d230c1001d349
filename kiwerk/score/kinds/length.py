"""length: no reply has more sentences, words or characters than this."""

from __future__ import annotations

from typing import TYPE_CHECKING

from kiwerk.language.sentences import count_sentences, count_words
from kiwerk.score.kinds.kind import Judgement, format_message
from kiwerk.score.kinds.text import normalise_text
from kiwerk.score.scope import CannotJudge, Scope
from kiwerk.score.subset import format_value

if TYPE_CHECKING:
    from kiwerk.spec.expectation import Expectation, Length


def judge_length(expectation: Expectation, scope: Scope) -> Judgement:
    """Whether every reply keeps every limit; `not`: whether some reply exceeds one."""
    limits = expectation.length
    if limits is None:
        raise CannotJudge("it names no limit")
    replies = scope.require_replies()
    long = next(((reply, excess) for reply in replies if (excess := _find_excess(limits, reply.text))), None)
    wanted = " and ".join(f"{limit} {unit}" for unit, limit, _ in _measure(limits, "") if limit is not None)
    expected = f"{'some reply of more than' if expectation.negated else 'every reply to have at most'} {wanted}"
    if long is None:
        longest = max(replies, key=lambda reply: len(reply.text))
        found = f"{_format_counts(limits, longest.text)} in the longest"
    else:
        reply, excess = long
        found = f"{excess} in the reply to user turn {reply.turn}: {format_value(reply.text)}"
    return Judgement((long is not None) is expectation.negated, format_message(f"{expected} {scope.where}", found))


def _measure(limits: Length, text: str) -> tuple[tuple[str, int | None, int], ...]:
    """Unit, limit and count of each measure."""
    return (
        ("sentences", limits.max_sentences, count_sentences(text)),
        ("words", limits.max_words, count_words(text)),
        ("characters", limits.max_characters, len(normalise_text(text))),
    )


def _find_excess(limits: Length, text: str) -> str | None:
    over = (f"{count} {unit}" for unit, limit, count in _measure(limits, text) if limit is not None and count > limit)
    return " and ".join(over) or None


def _format_counts(limits: Length, text: str) -> str:
    return " and ".join(f"{count} {unit}" for unit, limit, count in _measure(limits, text) if limit is not None)
