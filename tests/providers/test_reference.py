from __future__ import annotations

import asyncio

import pytest

from kiwerk.providers.protocol import Message, ProviderFailure, Request, RequestedCall
from kiwerk.providers.reference import ReferenceProvider, ScriptedTurn
from kiwerk.record import ShippedModel

SCRIPT = (ScriptedTurn([("a__x", {"n": 1}), ("a__y", {})], "eins"), ScriptedTurn([], "zwei"))
USER, OPENING, TOOL = Message("user", "u"), Message("assistant", "opening"), Message("tool", "{}", call_id="c")
CALL = Message("assistant", "", (RequestedCall("c", "a__x", "{}"),))


def said(*messages: Message) -> str:
    provider = ReferenceProvider(SCRIPT, "reference")
    reply = asyncio.run(provider.complete(Request(messages, (), ShippedModel(name="p:m"))))
    return reply.text or reply.calls[0].name


@pytest.mark.parametrize(
    ("messages", "expected"),
    [
        ((USER,), "a__x"),
        ((OPENING, USER), "a__x"),
        ((OPENING, USER, CALL, TOOL), "a__y"),
        ((USER, CALL, TOOL, CALL, TOOL), "eins"),
        ((USER, CALL, TOOL, CALL, TOOL, Message("assistant", "eins"), USER), "zwei"),
    ],
)
def test_messages_say_how_far_the_script_has_come(messages: tuple[Message, ...], expected: str) -> None:
    assert said(*messages) == expected


@pytest.mark.parametrize("messages", [(OPENING,), (USER, USER, USER)])
def test_turn_that_is_not_written_is_a_failure(messages: tuple[Message, ...]) -> None:
    with pytest.raises(ProviderFailure):
        said(*messages)
