"""One conversation: user turns, the agent's words and calls, the mocks' answers, until everything is said.

The same loop serves a person's reference and a live model. What is wrong with mock or provider ends the conversation
with an `error`.
"""

from __future__ import annotations

import asyncio
import time
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, Protocol

from kiwerk.providers.protocol import Message, Provider, ProviderFailure, Reply, Request, Session, Tally
from kiwerk.record import Bundle, Conversation, Source, ToolCall, Transcript, Turn, Usage
from kiwerk.run.mock import MockBackend, MockFailure
from kiwerk.run.tools import Tools, write_result
from kiwerk.run.user import ScriptedUser, User, UserErred, Utterance

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from kiwerk.load.source import Source as Text
    from kiwerk.record.transcript import Fault as Blame
    from kiwerk.render.situation import Situation
    from kiwerk.spec import Toolset
    from kiwerk.spec.toolset import Fault


TURN_SECONDS = 900.0
"""For a user turn: a request with all its attempts, and as long a pause as a provider may ask for, fit in."""
CONVERSATION_SECONDS = 3600.0
"""For a conversation: a hanging one must not hold a pipeline until that is stopped from outside."""


class ConversationStopped(Exception):
    """The agent does not finish the conversation: it passed a limit, or answered nothing or half."""


async def run_conversation(
    bundle: Bundle, situation: Situation, provider: Provider, conversation: Conversation, user: User | None = None
) -> Transcript:
    """The conversation as it happened; `error` says why it could not be finished, where it could not.

    Without a `user` the case's own words are said.
    """
    user = user or ScriptedUser(situation.user_turns)
    talk = Talk(bundle, situation, provider, conversation.seed)
    started = datetime.now(UTC)
    error: str | None = None
    fault: Blame | None = None
    try:
        async with asyncio.timeout(CONVERSATION_SECONDS):
            await _converse(talk, user)
    except TimeoutError:
        error = f"no end within {TURN_SECONDS:.0f} seconds a turn and {CONVERSATION_SECONDS:.0f} in all"
        fault = "surroundings"
    except ConversationStopped as stop:
        error, fault = str(stop), "agent"
    except UserErred as erred:
        if erred.said is not None:
            talk.hear(erred.said)
        error, fault = str(erred), "user"
    except (MockFailure, ProviderFailure) as stop:
        error, fault = str(stop), "surroundings"
    if (trouble := await _end(provider)) and error is None:
        error, fault = trouble, "surroundings"
    return Transcript(
        conversation=conversation,
        source=talk.source.model_copy(update={"model": bundle.model.name} if talk.source.origin == "model" else {}),
        started=started,
        holes=dict(situation.holes),
        turns=tuple(talk.turns),
        state=talk.backend.state,
        error=error,
        fault=fault,
        simulation=user.simulation,
        seed=conversation.seed,
    )


async def _end(provider: Provider) -> str | None:
    """Tell whoever wants to know that the conversation is over; why that could not be done."""
    if isinstance(provider, Session):
        try:
            await provider.end()
        except ProviderFailure as failure:
            return f"the conversation could not be ended: {failure}"
    return None


async def _converse(talk: Talk, user: User) -> None:
    """Let the two speak in turns until the user has nothing more to say."""
    while True:
        async with asyncio.timeout(TURN_SECONDS):
            utterance = await user.speak(talk.turns)
            if utterance is None:
                return
            await talk.take_turn(utterance)


class World(Protocol):
    """What a conversation happens in; a `Situation` is one."""

    @property
    def now(self) -> str | None:
        """Local time, `YYYY-MM-DDThh:mm`."""

    @property
    def holes(self) -> Mapping[str, str]:
        """What the agent's holes are filled with."""

    @property
    def toolsets(self) -> Mapping[str, Toolset]:
        """The agent's, by local name."""

    @property
    def state(self) -> Mapping[str, Any]:
        """Of the mocks at the start, by local name of the toolset."""

    @property
    def faults(self) -> Mapping[str, Fault | Sequence[Fault | None]]:
        """How calls break down, by label of the operation."""

    @property
    def code(self) -> Mapping[str, Text]:
        """The Python of the mocks that have some, by local name of the toolset."""


class Talk:
    """A conversation in progress."""

    def __init__(self, bundle: Bundle, world: World, provider: Provider, seed: int = 0) -> None:
        """Begin with the agent's opening, where it has one."""
        self.bundle = bundle
        self.provider = provider
        self.backend = MockBackend(
            world.toolsets, world.state, world.now, faults=world.faults, code=world.code, seed=seed
        )
        self.tools = Tools(bundle, self.backend)
        self.messages = [Message("system", fill_prompt(bundle, world.holes))]
        self.turns: list[Turn] = []
        self.source: Source = provider.source
        self.is_live = provider.source.is_live
        self.is_model = provider.source.origin == "model"
        if bundle.opening:
            self.messages.append(Message("assistant", bundle.opening))
            self.turns.append(Turn(role="agent", text=bundle.opening))

    async def take_turn(self, utterance: Utterance) -> None:
        """The user says something; the agent calls what it wants and answers.

        Raises:
            ConversationStopped: it passed a limit, or the model answered nothing or half.
            MockFailure: the mock has no answer.
            ProviderFailure: the provider cannot go on.
        """
        if sum(turn.role == "user" for turn in self.turns) >= self.bundle.limits.turns:
            message = f"the conversation is longer than the agent's limit of {self.bundle.limits.turns} turns"
            raise ConversationStopped(message)
        self.hear(utterance)
        began = time.monotonic()
        said: list[str] = []
        calls: list[ToolCall] = []
        usage = Usage()
        first_token: float | None = None
        tally = Tally()
        replies = 0
        try:
            while True:
                reply = await self._ask(tally)
                replies += 1
                if replies == 1 and reply.first_token_at is not None:
                    first_token = _seconds(began, reply.first_token_at, tally)
                usage = _add(usage, reply.usage)
                self._accept(reply)
                calls += reply.reported
                if reply.text:
                    said.append(reply.text)
                if not reply.calls:
                    return
                self._carry_out(reply, replies, calls)
        finally:
            # also when the conversation stops here: what was said and done so far is evidence of why
            if said or calls or self.is_live:
                self.turns.append(
                    Turn(
                        role="agent",
                        text="\n".join(said),
                        calls=tuple(calls),
                        usage=usage if self.is_model or usage != Usage() else None,
                        latency_seconds=_seconds(began, time.monotonic(), tally) if self.is_live else None,
                        first_token_seconds=first_token,
                        attempts=tally.attempts if self.is_live else None,
                    )
                )

    def hear(self, utterance: Utterance) -> None:
        """Take in what the user says, without an answer yet."""
        self.messages.append(Message("user", utterance.text))
        self.turns.append(
            Turn(
                role="user",
                text=utterance.text,
                usage=utterance.usage,
                latency_seconds=utterance.latency_seconds,
                attempts=utterance.attempts,
            )
        )

    async def _ask(self, tally: Tally) -> Reply:
        request = Request(tuple(self.messages), self.bundle.tools, self.bundle.model, tally)
        reply = await self.provider.complete(request)
        # who answered is known for certain only now
        self.source = self.provider.source.model_copy(update={"reported": reply.model or self.source.reported})
        return reply

    def _accept(self, reply: Reply) -> None:
        """Keep an answer for what is asked next, where it is whole; what it took is counted in any case."""
        if reply.finish_reason == "length":
            message = "the model's answer was cut off at its token limit"
            raise ConversationStopped(message)
        if not reply.text.strip() and not reply.calls:
            message = "the model answered nothing"
            raise ConversationStopped(message)
        self.messages.append(Message("assistant", reply.text, calls=reply.calls, kept=reply.kept))

    def _carry_out(self, reply: Reply, number: int, calls: list[ToolCall]) -> None:
        """Answer every call of the turn's `number`-th reply, in order."""
        for requested in reply.calls:
            if len(calls) >= self.bundle.limits.tool_calls:
                message = f"the agent called more than {self.bundle.limits.tool_calls} operations in one turn"
                raise ConversationStopped(message)
            call = self.tools.call(requested).model_copy(update={"reply": number})
            calls.append(call)
            self.messages.append(Message("tool", write_result(call), call_id=requested.id, outcome=call.outcome))


def fill_prompt(bundle: Bundle, holes: Mapping[str, str]) -> str:
    """The prompt with its holes filled."""
    return "".join(holes[segment.hole] if segment.hole is not None else segment.text or "" for segment in bundle.prompt)


def _seconds(began: float, ended: float, tally: Tally) -> float:
    """Seconds between two moments, without those waited by our own choice."""
    return round(max(ended - began - tally.waited_seconds, 0.0), 6)


def _add(total: Usage, more: Usage | None) -> Usage:
    if more is None:
        return total
    return Usage(
        input_tokens=total.input_tokens + more.input_tokens,
        output_tokens=total.output_tokens + more.output_tokens,
        cached_tokens=total.cached_tokens + more.cached_tokens,
    )
