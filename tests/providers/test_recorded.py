from __future__ import annotations

import asyncio
import re
from datetime import UTC, datetime

import pytest

from kiwerk.providers.protocol import Message, ProviderFailure, Reply, Request
from kiwerk.providers.recorded import RecordedProvider
from kiwerk.record import Replay, ShippedModel, Source, ToolCall
from tests.support.transcripts import agent, call, transcript, user

REPLAY = Replay(transcript="3f" * 32, held=datetime(2026, 11, 20, tzinfo=UTC), same_prompt=True, same_situation=False)


def made(label: str, reply: int | None, **arguments: str) -> ToolCall:
    return call(label, **arguments).model_copy(update={"reply": reply})


SAMPLE = transcript(
    user("Ist Dienstag frei?"),
    agent(
        "Ja. Soll ich buchen?",
        made("kalender.pruefen:frei", 1, beginn="2026-12-01"),
        made("kalender.pruefen:belegt", 1, beginn="2026-12-02"),
        made("uebergabe.mensch:verbunden", 2, grund="ü"),
    ),
    user("Nein."),
    agent("Auf Wiederhören."),
    opening=(agent("Praxis Dr. Weber."),),
).model_copy(update={"source": Source(origin="model", provider="mistral", host="api.mistral.ai", reported="small-x")})
HEARD = (Message("system", "…"), Message("assistant", "Praxis Dr. Weber."), Message("user", "Ist Dienstag frei?"))


def answer(*messages: Message) -> Reply:
    provider = RecordedProvider(SAMPLE, REPLAY)
    return asyncio.run(provider.complete(Request(messages, (), ShippedModel(name="mistral:small"))))


def answered(reply: Reply, *outcomes: str) -> tuple[Message, ...]:
    results = (
        Message("tool", "{}", call_id=made.id, outcome=outcome)
        for made, outcome in zip(reply.calls, outcomes, strict=True)
    )
    return (Message("assistant", reply.text, reply.calls), *results)


def test_calls_made_together_are_made_together_again_and_the_words_come_last() -> None:
    first = answer(*HEARD)
    assert [made.name for made in first.calls] == ["kalender__pruefen", "kalender__pruefen"]
    assert first.calls[0].arguments == '{"beginn": "2026-12-01"}'
    so_far = (*HEARD, *answered(first, "frei", "belegt"))
    second = answer(*so_far)
    assert [(made.name, made.arguments) for made in second.calls] == [("uebergabe__mensch", '{"grund": "ü"}')]
    assert len({made.id for made in (*first.calls, *second.calls)}) == 3
    last = answer(*so_far, *answered(second, "verbunden"))
    assert (last.text, last.calls) == ("Ja. Soll ich buchen?", ())


def test_provider_of_the_sample_is_not_named_again() -> None:
    source = RecordedProvider(SAMPLE, REPLAY).source
    assert (source.origin, source.provider, source.host, source.reported) == ("recorded", None, None, "small-x")
    assert source.replay == REPLAY


@pytest.mark.parametrize(
    ("messages", "message"),
    [
        (
            (*HEARD[:2], Message("user", "Ist Mittwoch frei?")),
            "other words in user turn 1: 'Ist Dienstag frei?', today",
        ),
        (
            (*HEARD, *answered(answer(*HEARD), "frei", "frei")),
            "kalender.pruefen came to 'belegt' in user turn 1 when it was recorded, and comes to 'frei' today",
        ),
        (
            (*HEARD, Message("user", "Nein."), Message("user", "Doch.")),
            "the recording ends after user turn 2",
        ),
    ],
    ids=["words", "outcome", "end"],
)
def test_conversation_that_goes_otherwise_ends_with_the_reason(messages: tuple[Message, ...], message: str) -> None:
    with pytest.raises(ProviderFailure, match=re.escape(message)):
        answer(*messages)
