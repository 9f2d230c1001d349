"""The agent's side as a person wrote it, spoken through the same loop as a model's."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from kiwerk.providers.protocol import ProviderFailure, Reply, Request, RequestedCall
from kiwerk.record import Origin, Source

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence


@dataclass(frozen=True, slots=True)
class ScriptedTurn:
    """One agent turn: calls in order, each a name on the wire with its arguments, then the words."""

    calls: Sequence[tuple[str, Mapping[str, Any]]]
    say: str


class ReferenceProvider:
    """Speaks a script. It keeps no state: the messages say how far the conversation has come."""

    def __init__(self, script: Sequence[ScriptedTurn], origin: Origin) -> None:
        self._script = script
        self._source = Source(origin=origin)

    @property
    def source(self) -> Source:
        """A person, by way of a reference or a counterexample."""
        return self._source

    async def complete(self, request: Request) -> Reply:
        """The next call of the current turn, or its words once the calls are made."""
        users = [number for number, message in enumerate(request.messages) if message.role == "user"]
        if not 0 < len(users) <= len(self._script):
            message = f"the reference has no turn {len(users)}"
            raise ProviderFailure(message)
        turn = self._script[len(users) - 1]
        made = sum(len(message.calls) for message in request.messages[users[-1] :])
        if made >= len(turn.calls):
            return Reply(turn.say)
        name, arguments = turn.calls[made]
        call = RequestedCall(f"call-{len(users)}-{made + 1}", name, json.dumps(arguments, ensure_ascii=False))
        return Reply("", calls=(call,), finish_reason="tool_calls")
