"""A stored sample of a model, said again: what the agent said and called then, with today's mocks.

It goes on as long as the conversation does as it did: the user says the same, and every call comes to the same outcome.
What the model would say otherwise, only the model knows.
"""

from __future__ import annotations

import json
from itertools import groupby, pairwise
from typing import TYPE_CHECKING

from kiwerk.providers.protocol import ProviderFailure, Reply, Request, RequestedCall
from kiwerk.record import Replay, Source

if TYPE_CHECKING:
    from kiwerk.providers.protocol import Message
    from kiwerk.record import ToolCall, Transcript, Turn


class RecordedProvider:
    """Speaks as an agent once did. It keeps no state: the messages say how far the conversation has come."""

    def __init__(self, sample: Transcript, replay: Replay) -> None:
        source = sample.source
        self._turns = _pair_turns(sample.turns)
        self._source = Source(origin="recorded", model=source.model, reported=source.reported, replay=replay)

    @property
    def source(self) -> Source:
        """The sample, and the model that it is of; never the provider, which was not asked."""
        return self._source

    async def complete(self, request: Request) -> Reply:
        """What was said, once the calls that were made before it are made.

        Raises:
            ProviderFailure: the conversation is not the one that was recorded.
        """
        users = [number for number, message in enumerate(request.messages) if message.role == "user"]
        number = len(users)
        if number > len(self._turns):
            raise ProviderFailure(f"the recording ends after user turn {len(self._turns)}")
        heard, spoken = self._turns[number - 1]
        since = request.messages[users[-1] :]
        if since[0].content != heard:
            raise ProviderFailure(
                f"the recorded agent heard other words in user turn {number}: '{_cut(heard)}', today "
                f"'{_cut(since[0].content)}'"
            )
        replies = [list(calls) for _, calls in groupby(spoken.calls, key=lambda call: call.reply or id(call))]
        made = sum(message.role == "assistant" for message in since)
        _compare_outcomes([call for calls in replies[:made] for call in calls], since, number)
        if made >= len(replies):
            return Reply(spoken.text)
        first = sum(len(calls) for calls in replies[:made]) + 1
        calls = tuple(
            RequestedCall(f"call-{number}-{place}", _wire_name(call), json.dumps(call.arguments, ensure_ascii=False))
            for place, call in enumerate(replies[made], first)
        )
        return Reply("", calls=calls, finish_reason="tool_calls")


def _pair_turns(turns: tuple[Turn, ...]) -> list[tuple[str, Turn]]:
    """What the user said, with what the agent answered."""
    return [
        (heard.text, spoken) for heard, spoken in pairwise(turns) if heard.role == "user" and spoken.role == "agent"
    ]


def _compare_outcomes(recorded: list[ToolCall], since: tuple[Message, ...], number: int) -> None:
    answers = [message.outcome for message in since if message.role == "tool"]
    for call, outcome in zip(recorded, answers, strict=False):
        if outcome != call.outcome:
            raise ProviderFailure(
                f"{call.operation} came to '{call.outcome}' in user turn {number} when it was recorded, and comes to "
                f"'{outcome}' today: what the agent says then, only a model knows"
            )


def _wire_name(call: ToolCall) -> str:
    return call.operation.replace(".", "__", 1)


def _cut(text: str) -> str:
    return text if len(text) <= 60 else f"{text[:60]} …"  # noqa: PLR2004  # of a line
