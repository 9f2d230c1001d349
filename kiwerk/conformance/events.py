"""From a transcript to the events that processes and order rules speak of."""

from __future__ import annotations

from typing import TYPE_CHECKING

from kiwerk.rules import Event

if TYPE_CHECKING:
    from kiwerk.record import Transcript


def find_events(transcript: Transcript) -> tuple[Event, ...]:
    """Every call in the order it was made; a call that failed is an event too, with the outcome `error`."""
    events: list[Event] = []
    user_turn = 0
    for turn in transcript.turns:
        user_turn += turn.role == "user"
        events.extend(Event(call.operation, call.outcome, call.arguments, user_turn) for call in turn.calls)
    return tuple(events)


def is_finished(transcript: Transcript) -> bool:
    """Whether the conversation came to its end: nothing broke off, and the agent had the last word."""
    return transcript.error is None and bool(transcript.turns) and transcript.turns[-1].role == "agent"
