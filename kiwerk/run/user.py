"""The user's side of a conversation: whoever it is, a script or a model, says something after each answer."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from collections.abc import Sequence

    from kiwerk.record import Simulation, Turn, Usage


@dataclass(frozen=True, slots=True)
class Utterance:
    """What the user says next, and what it took where a model says it."""

    text: str
    """The words; empty for silence."""
    usage: Usage | None = None
    latency_seconds: float | None = None
    attempts: int | None = None


class UserErred(Exception):
    """A simulated user did something wrong: the conversation says nothing about the agent."""

    def __init__(self, problem: str, said: Utterance | None) -> None:
        """Say what.

        Args:
            problem: a clause without a full stop.
            said: the words it shows in, where it shows in words that the agent has not heard yet.
        """
        super().__init__(problem)
        self.said = said


class User(Protocol):
    """Somebody who speaks with an agent."""

    @property
    def simulation(self) -> Simulation | None:
        """How a model played it so far; None where a person wrote the words."""

    async def speak(self, turns: Sequence[Turn]) -> Utterance | None:
        """The next words after what was said so far; None where nothing more comes.

        Raises:
            UserErred: it did something wrong.
            ProviderFailure: it cannot go on.
        """


class ScriptedUser:
    """Says what a case has written. It keeps no state: the turns say how far the conversation has come."""

    def __init__(self, texts: Sequence[str]) -> None:
        self._texts = texts

    @property
    def simulation(self) -> None:
        """None: a person wrote the words."""
        return

    async def speak(self, turns: Sequence[Turn]) -> Utterance | None:
        """The next text of the script; None after the last one."""
        said = sum(turn.role == "user" for turn in turns)
        return Utterance(self._texts[said]) if said < len(self._texts) else None
