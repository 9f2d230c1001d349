"""The user's side of a conversation: whoever it is, a script or a model, says something after each answer."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from collections.abc import Sequence

    from kiwerk.record import Turn, Usage


@dataclass(frozen=True, slots=True)
class Utterance:
    """What the user says next, and what it took where a model says it."""

    text: str
    """The words; empty for silence."""
    usage: Usage | None = None
    latency_seconds: float | None = None
    attempts: int | None = None


class User(Protocol):
    """Somebody who speaks with an agent."""

    async def speak(self, turns: Sequence[Turn]) -> Utterance | None:
        """The next words after what was said so far; None where nothing more comes."""


class ScriptedUser:
    """Says what a case has written. It keeps no state: the turns say how far the conversation has come."""

    def __init__(self, texts: Sequence[str]) -> None:
        self._texts = texts

    async def speak(self, turns: Sequence[Turn]) -> Utterance | None:
        """The next text of the script; None after the last one."""
        said = sum(turn.role == "user" for turn in turns)
        return Utterance(self._texts[said]) if said < len(self._texts) else None
