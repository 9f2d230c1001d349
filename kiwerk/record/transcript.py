"""One conversation, as it happened: who said what, which operations were called, what they changed."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from datetime import datetime
from typing import Any, Literal

from pydantic import Field

from kiwerk.record.base import Record

Origin = Literal["reference", "counterexample", "model", "imported", "recorded", "endpoint", "python"]
"""Who spoke for the agent: a person's reference, an edit of it, a language model, or whoever another tool recorded; a
stored sample, said again, an agent that runs elsewhere, or a function.

Only a model's samples are evidence. What was imported was held elsewhere, with other prompts, tools and users: it can
be judged, and is no evidence either.
"""

AUTHORED: frozenset[Origin] = frozenset({"reference", "counterexample"})
"""Whose words a person wrote for the case."""

Unseen = Literal["calls", "outcomes", "results", "state"]
"""What nobody told of an agent that runs elsewhere: its calls, their outcomes, their results, what they changed."""


Action = Literal["set", "append", "remove"]


Fault = Literal["agent", "user", "surroundings"]
"""Who keeps a conversation from being finished; `user` is a simulated one."""


UserEnd = Literal["goal", "handover", "gave-up", "limit"]
"""How a simulated user ended: it said its goal is reached, it was handed over, its patience or its turns ran out."""


CallFault = Literal["timeout", "server-error", "malformed", "empty"]
"""How a system breaks down that was called."""


class StateChange(Record):
    """One change a call made to the state of its mock."""

    action: Action
    path: str
    """Toolset and key, such as `kalender.termine`."""
    value: Any


class ToolCall(Record):
    """One call of an operation and the mock's answer."""

    operation: str
    """Label such as `kalender.pruefen`; the name as the model wrote it where there is no such operation."""
    arguments: dict[str, Any]
    outcome: str
    """One of the operation's outcomes, or `error`."""
    result: Any
    """What the model got back; text where it was no JSON."""
    changes: tuple[StateChange, ...] = ()
    fault: CallFault | None = None
    """How the system broke down; its state may have changed all the same."""
    delay_seconds: float = 0
    """Time the real system would have taken; not waited for."""
    reply: int | None = None
    """Which of the agent's replies in this turn it came in, from 1: calls of one reply were made together."""


class Usage(Record):
    """Tokens one turn took, as the provider reports them."""

    input_tokens: int = 0
    output_tokens: int = 0
    cached_tokens: int = 0
    """Input tokens among them that the provider had cached."""


def sum_usage(usages: Iterable[Usage | None]) -> Usage:
    """All tokens together; of what is absent there are none."""
    known = [usage for usage in usages if usage is not None]
    return Usage(
        input_tokens=sum(usage.input_tokens for usage in known),
        output_tokens=sum(usage.output_tokens for usage in known),
        cached_tokens=sum(usage.cached_tokens for usage in known),
    )


class Turn(Record):
    """One turn of the user or the agent; an agent's calls come before its words."""

    role: Literal["user", "agent"]
    text: str
    calls: tuple[ToolCall, ...] = ()
    usage: Usage | None = None
    """Absent where no model was asked."""
    latency_seconds: float | None = None
    """Wall time from the user's words to the agent's, model and tools, without waits of our own between attempts;
    of a simulated user's turn the same the other way round. Absent where no model was asked."""
    first_token_seconds: float | None = None
    """Wall time from the user's words to the first piece of the agent's words or of a call, without waits of our own
    between attempts; absent where the answer did not come in pieces."""
    attempts: int | None = None
    """Requests sent to the model, repeated ones included; absent where no model was asked."""


class Replay(Record):
    """A stored sample that was said again."""

    transcript: str
    """Its id."""
    held: datetime
    same_prompt: bool
    """Whether it was held with what would ship today."""
    same_situation: bool
    """Whether it was held in today's situation."""


class Source(Record):
    """Who spoke for the agent."""

    origin: Origin
    provider: str | None = None
    """Known by the host that answered, never by the model's name; `loopback` for this machine."""
    host: str | None = None
    """Host of the endpoint."""
    address: str | None = None
    """Scheme, host and port of the endpoint, `https://api.mistral.ai`; older records have none."""
    model: str | None = None
    """Model as the agent's document names it."""
    reported: str | None = None
    """Model as the provider reported it."""
    replay: Replay | None = None
    """What was said again; present in replays alone."""
    unseen: tuple[Unseen, ...] = ()
    """What cannot be judged, since nobody told it."""

    @property
    def is_live(self) -> bool:
        """Whether somebody was asked, rather than read out."""
        return self.origin in ("model", "endpoint", "python")

    def is_same_server(self, other: Source) -> bool:
        """Whether the same one answered: provider and address, where both have one, or else provider and host."""
        if self.provider != other.provider or self.host != other.host:
            return False
        return self.address is None or other.address is None or self.address == other.address


class Conversation(Record):
    """Which conversation it is: what was tested, in which situation, the how many-th time."""

    agent: str
    case: str
    """`suite#case`."""
    origin: Origin
    variant: str | None = None
    """Id of the counterexample."""
    repetition: int = 0
    """From 0."""
    subject: str
    """Digest of who spoke: the agent's `ships`, the reference, or what is known of who was recorded elsewhere."""
    stimulus: str
    """Digest of the situation: given, user side, mocks, version of the conversation loop."""

    @property
    def key(self) -> str:
        """Equal for conversations that may stand for one another."""
        return f"{self.subject}:{self.stimulus}:{self.repetition}"

    @property
    def seed(self) -> int:
        """What its chance is drawn from: the same whoever speaks, so that a change of the agent meets the same luck."""
        return int(hashlib.sha256(f"{self.stimulus}:{self.repetition}".encode()).hexdigest()[:12], 16)


class UserError(Record):
    """What a simulated user did wrong."""

    check: str
    """Which declared check found it."""
    message: str
    """A clause about the user, without a full stop: `names 0301234567, which it does not know`."""
    turn: int
    """User turn in which it showed, from 1; the one that was due where nothing was said."""


class Simulation(Record):
    """How a model played the user."""

    model: str
    """As the suite's or the agent's document names it."""
    provider: str | None = None
    """Known by the host that answers."""
    reported: str | None = None
    """As the provider reported it."""
    ended: UserEnd | None = None
    """Absent where something broke the conversation off before."""
    errors: tuple[UserError, ...] = ()
    """What it did wrong; the first turn with an error ends the conversation."""
    unspoken: Usage | None = None
    """Tokens of an answer that became no turn: the bare word that all is done, or one that could not be read."""


class Transcript(Record):
    """One conversation, as it happened."""

    version: Literal[1] = 1
    conversation: Conversation
    source: Source
    started: datetime
    """With offset."""
    holes: dict[str, str] = Field(default_factory=dict)
    """What the agent's holes were filled with."""
    turns: tuple[Turn, ...]
    """The opening first, where there is one."""
    state: dict[str, Any]
    """State of the mocks at the end, by toolset."""
    error: str | None = None
    """Why the conversation could not be finished; absent when it could."""
    fault: Fault | None = None
    """Who is to blame for that: an agent that fails to answer has failed, whatever else was expected of it."""
    simulation: Simulation | None = None
    """How the user was played; absent where a person wrote its words."""
    seed: int | None = None
    """What the mocks' chance was drawn from."""

    @property
    def seconds(self) -> float | None:
        """Wall time of all turns, without waits of our own between attempts; absent where no model was asked."""
        known = [turn.latency_seconds for turn in self.turns if turn.latency_seconds is not None]
        return sum(known) if known else None

    @property
    def is_broken_off(self) -> bool:
        """Whether something else than the agent kept it from being finished: it says nothing about the agent."""
        return self.error is not None and self.fault != "agent"

    @property
    def agent_turns(self) -> tuple[Turn, ...]:
        """What the agent said and did, the opening excluded."""
        first_user = next((number for number, turn in enumerate(self.turns) if turn.role == "user"), len(self.turns))
        return tuple(turn for turn in self.turns[first_user:] if turn.role == "agent")
