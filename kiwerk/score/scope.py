"""The part of a conversation an expectation speaks of: from one user turn until the next, or the whole."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from kiwerk.conformance import ProcessVerdict, find_events, is_finished, judge_process
from kiwerk.record import sum_usage

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import date, datetime

    from kiwerk.load.source import Source as Code
    from kiwerk.prices import PriceTable
    from kiwerk.record import Source, ToolCall, Transcript, Turn, Usage
    from kiwerk.score.ballot import Ballot
    from kiwerk.spec.process import Process


class CannotJudge(Exception):
    """An expectation that can be judged neither way: its score is errored, negated or not.

    Args:
        reason: a clause without a full stop.
    """

    def __init__(self, reason: str) -> None:
        super().__init__(f"It could not be judged: {reason}.")


class NotMeasured(CannotJudge):
    """An expectation about what a model took, where none was asked: its score is skipped."""

    def __init__(self) -> None:
        Exception.__init__(self, "It was not measured: no model spoke.")


class NotAsked(CannotJudge):
    """An expectation that a model has to judge, where none was asked: its score is skipped, negated or not."""

    def __init__(self) -> None:
        Exception.__init__(self, "It was not judged: no model was asked; `kiwerk eval --base-url URL` asks.")


@dataclass(frozen=True, slots=True)
class World:
    """What is known beside the conversation, as far as an expectation asks for it."""

    handovers: frozenset[str] = frozenset()
    """Labels of the agent's operations that hand over to a human."""
    reads: frozenset[str] = frozenset()
    """Labels of the agent's operations that only look something up."""
    writes: frozenset[str] = frozenset()
    """Labels of the agent's operations that change something."""
    facts: Mapping[str, Any] = field(default_factory=dict)
    """Values of the agent's facts, by local name of the document."""
    now: datetime | None = None
    """When the conversation begins, in the organization's time."""
    checks: Mapping[str, Code] = field(default_factory=dict)
    """Python that expectations name, by file."""
    prices: PriceTable | None = None
    """What tokens cost; only where an expectation asks."""
    ballots: Mapping[tuple[str, int | None], Ballot] = field(default_factory=dict)
    """Votes of judges, by the name an expectation gives the judge and the user turn it stands at (from 0)."""
    is_authored: bool = False
    """Whether a person wrote the agent's side, so that nobody need be asked about it."""


@dataclass(frozen=True, slots=True)
class Reply:
    """One agent turn."""

    turn: int
    """The user turn it answers, from 1."""
    text: str
    calls: tuple[ToolCall, ...]
    usage: Usage | None = None
    latency_seconds: float | None = None
    first_token_seconds: float | None = None


@dataclass(frozen=True, slots=True)
class Scope:
    """What one expectation looks at."""

    where: str
    """In words: `after user turn 2`, or `in the conversation`."""
    replies: tuple[Reply, ...]
    """The agent's turns, the opening excluded."""
    state: Mapping[str, Any] | None
    """State of the mocks at the scope's end, by toolset; None where only a later one is known."""
    processes: Mapping[str, ProcessVerdict]
    """How the conversation went by each process until the scope's end, by process id."""
    turns: tuple[Turn, ...] = ()
    """The whole conversation, the opening included, for what an expectation has to know besides its scope."""
    holes: Mapping[str, str] = field(default_factory=dict)
    """What the agent's holes were filled with."""
    world: World = field(default_factory=World)
    source: Source | None = None
    """Who spoke for the agent."""
    day: date | None = None
    """On which the conversation was held."""
    turn: int | None = None
    """The user turn it begins with, from 0; None for the whole conversation."""

    def require_replies(self) -> tuple[Reply, ...]:
        """The agent's turns, at least one.

        Raises:
            CannotJudge: there is none; an agent that is silent has not avoided saying something.
        """
        if not self.replies:
            raise CannotJudge(f"the agent did not answer {self.where}")
        return self.replies

    def require_usage(self) -> Usage:
        """Tokens of the agent's turns.

        Raises:
            NotMeasured: no model spoke.
            CannotJudge: the agent did not answer, or its provider does not tell.
        """
        usages = [reply.usage for reply in self.require_replies()]
        if not any(usages):
            raise NotMeasured
        if not all(usage is not None and usage.input_tokens for usage in usages):
            raise CannotJudge(f"the provider does not tell the tokens of every reply {self.where}")
        return sum_usage(usages)


def select_scope(
    transcript: Transcript, processes: Mapping[str, Process], turn: int | None = None, world: World | None = None
) -> Scope:
    """What happened from user turn `turn` (from 0) until the next one; for None, in the whole conversation.

    The opening is in no scope's replies. A process is judged as it stood at the scope's end.

    Raises:
        CannotJudge: the conversation has no such user turn.
    """
    replies = _find_replies(transcript)
    user_turns = sum(entry.role == "user" for entry in transcript.turns)
    if turn is not None and turn >= user_turns:
        raise CannotJudge(f"the conversation has no user turn {turn + 1}, it ended after {user_turns}")
    last = user_turns if turn is None else turn + 1
    whole = last == user_turns
    events = [event for event in find_events(transcript) if event.turn <= last]
    finished = whole and is_finished(transcript)
    return Scope(
        where="in the conversation" if turn is None else f"after user turn {turn + 1}",
        replies=tuple(reply for reply in replies if turn is None or reply.turn == turn + 1),
        state=transcript.state if whole else None,
        processes={name: judge_process(process, events, finished=finished) for name, process in processes.items()},
        turns=transcript.turns,
        holes=transcript.holes,
        world=world or World(),
        source=transcript.source,
        day=transcript.started.date(),
        turn=turn,
    )


def _find_replies(transcript: Transcript) -> list[Reply]:
    replies: list[Reply] = []
    user_turn = 0
    for entry in transcript.turns:
        if entry.role == "user":
            user_turn += 1
        elif user_turn:
            measured = (entry.usage, entry.latency_seconds, entry.first_token_seconds)
            replies.append(Reply(user_turn, entry.text, entry.calls, *measured))
    return replies
