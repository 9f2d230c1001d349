"""Small transcripts for tests: one line says what happened."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any

from kiwerk.record import Conversation, Source, ToolCall, Transcript, Turn
from kiwerk.store import Store

WHEN = datetime(2026, 11, 27, 10, 0, tzinfo=UTC)


def call(label: str, **arguments: Any) -> ToolCall:
    """A call such as `call("kalender.pruefen:frei", beginn="…")`; the outcome is `ok` unless the label names one."""
    operation, _, outcome = label.partition(":")
    return ToolCall(operation=operation, arguments=arguments, outcome=outcome or "ok", result=None)


def user(text: str = "Guten Tag.") -> Turn:
    """What the user says."""
    return Turn(role="user", text=text)


def agent(text: str = "Gern.", *calls: ToolCall) -> Turn:
    """What the agent does and then says."""
    return Turn(role="agent", text=text, calls=calls)


def transcript(
    *turns: Turn, state: dict[str, Any] | None = None, error: str | None = None, opening: Sequence[Turn] = ()
) -> Transcript:
    """A conversation of these turns."""
    return Transcript(
        conversation=Conversation(
            agent="praxis-weber/empfang",
            case="praxis-weber/empfang#dienstag",
            origin="reference",
            subject="0" * 64,
            stimulus="1" * 64,
        ),
        source=Source(origin="reference"),
        started=WHEN,
        turns=(*opening, *turns),
        state=state or {},
        error=error,
    )


def add_transcript(store: Store, run: str, position: int, sample: Transcript) -> str:
    """Keep one conversation of a run; its id."""
    [(name, _)] = store.add_transcripts(run, [(position, sample)])
    return name
