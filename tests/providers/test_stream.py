from __future__ import annotations

import json
from typing import Any

import pytest

from kiwerk.providers.protocol import ProviderFailure, Reply, RequestedCall
from kiwerk.providers.retry import TransientError
from kiwerk.providers.stream import EventReader, StreamedReply
from kiwerk.record import Usage


def read(*pieces: bytes) -> list[str]:
    reader = EventReader()
    return [data for piece in pieces for data in reader.feed(piece)] + list(reader.end())


def chunk(delta: dict[str, Any] | None = None, finish: str | None = None, **more: Any) -> str:
    return json.dumps({"choices": [{"index": 0, "delta": delta or {}, "finish_reason": finish}], **more})


def fragments(*calls: dict[str, Any]) -> str:
    return chunk({"tool_calls": list(calls)})


def put_together(*events: str) -> Reply:
    answer = StreamedReply()
    for data in events:
        answer.add(data)
    return answer.reply(1.0 if answer.has_begun else None)


END = chunk(finish="stop")


@pytest.mark.parametrize(
    ("text", "data"),
    [
        ("data: a\n\ndata: b\n\n", ["a", "b"]),
        ("data:a\r\n\r\ndata:  b\r\r", ["a", " b"]),
        ("data: a\ndata: b\n\n", ["a\nb"]),
        (": keep-alive\n\nevent: x\nid: 1\nnonsense\ndata: a\n\n", ["a"]),
        ("\n\n\n", []),
        ("data: no empty line at the end", ["no empty line at the end"]),
        ("", []),
    ],
)
def test_events_are_read_as_the_standard_says(text: str, data: list[str]) -> None:
    assert read(text.encode()) == data


@pytest.mark.parametrize(
    "text", ["data: Grüß Gott 🙂\r\ndata: a\r\n\r\ndata: ä\r\n\r\n", "data: ü\rdata: ß\r\r: x\n\ndata: €\n\n"]
)
def test_events_do_not_depend_on_where_the_bytes_are_cut(text: str) -> None:
    data = text.encode()
    whole = read(data)
    assert len(whole) == 2
    for cut in range(len(data)):
        assert read(data[:cut], data[cut:]) == whole
    assert read(*(data[at : at + 1] for at in range(len(data)))) == whole


def test_words_model_usage_and_reason_are_put_together() -> None:
    reply = put_together(
        chunk({"role": "assistant", "content": ""}, model="m-1"),
        chunk({"content": "Grüß "}),
        chunk({"content": "Gott"}),
        chunk(finish="length"),
        json.dumps({"choices": [], "usage": {"prompt_tokens": 7, "completion_tokens": 2}}),
        "[DONE]",
        "nothing counts after the end",
    )
    usage = Usage(input_tokens=7, output_tokens=2)
    assert reply == Reply("Grüß Gott", (), "length", "m-1", usage, 1.0)


def test_answer_begins_with_its_first_words_not_with_its_role() -> None:
    answer = StreamedReply()
    answer.add(chunk({"role": "assistant", "content": ""}))
    assert not answer.has_begun
    answer.add(chunk({"content": "G"}))
    assert answer.has_begun


@pytest.mark.parametrize(
    "events",
    [
        pytest.param(
            [
                fragments({"index": 0, "id": "a", "function": {"name": "x", "arguments": ""}}),
                fragments({"index": 1, "id": "b", "function": {"name": "y", "arguments": '{"n"'}}),
                fragments(
                    {"index": 0, "function": {"arguments": '{"m": '}}, {"index": 1, "function": {"arguments": ":"}}
                ),
                fragments({"index": 1, "function": {"arguments": "2}"}}, {"index": 0, "function": {"arguments": "1}"}}),
            ],
            id="in turns",
        ),
        pytest.param(
            [
                fragments({"index": 0, "id": "a", "function": {"name": "x", "arguments": '{"m": 1}'}}),
                fragments({"index": 0, "id": "b", "function": {"name": "y", "arguments": '{"n":2}'}}),
            ],
            id="whole, counted wrongly",
        ),
        pytest.param(
            [
                fragments(
                    {"id": "a", "function": {"name": "x", "arguments": '{"m": 1}'}},
                    {"id": "b", "function": {"name": "y", "arguments": '{"n"'}},
                ),
                fragments({"function": {"arguments": ":2}"}}),
            ],
            id="not counted",
        ),
        pytest.param(
            [
                fragments({"index": 0, "id": "a", "function": {"name": "x", "arguments": '{"m": '}}),
                fragments({"index": 0, "id": "a", "function": {"name": "x", "arguments": "1}"}}),
                fragments({"index": 1, "id": "b", "function": {"name": "y", "arguments": '{"n":2}'}}),
            ],
            id="named in every piece",
        ),
    ],
)
def test_calls_are_put_together_from_fragments(events: list[str]) -> None:
    reply = put_together(*events, chunk(finish="tool_calls"))
    assert reply.calls == (RequestedCall("a", "x", '{"m": 1}'), RequestedCall("b", "y", '{"n":2}'))
    assert reply.finish_reason == "tool_calls"
    assert reply.first_token_at is not None


def test_other_choices_are_left_out() -> None:
    other = json.dumps({"choices": [{"index": 1, "delta": {"content": "other"}, "finish_reason": "stop"}]})
    assert put_together(chunk({"content": "mine"}), other, END).text == "mine"


def test_end_may_be_a_reason_or_the_last_word() -> None:
    assert put_together(chunk({"content": "a"}), END).finish_reason == "stop"
    assert put_together(chunk({"content": "a"}), "[DONE]").finish_reason == "stop"


def test_answer_without_an_end_is_not_one() -> None:
    with pytest.raises(TransientError, match="the stream ended before the answer did"):
        put_together(chunk({"content": "a"}))


def test_half_an_event_at_the_end_is_no_answer_and_no_nonsense() -> None:
    answer = StreamedReply()
    answer.add(chunk({"content": "a"}))
    answer.add_last(END[: len(END) // 2])
    with pytest.raises(TransientError, match="ended before"):
        answer.reply(None)
    answer.add_last(END)
    assert answer.reply(None).text == "a"


@pytest.mark.parametrize("data", ["no json", "[]", '{"choices": 1}', '{"choices": [{"delta": 1}]}', "[" * 200_000])
def test_event_that_is_no_completion_is_told(data: str) -> None:
    with pytest.raises(ProviderFailure, match="not a chat completion"):
        put_together(data)


def test_call_without_a_name_is_told() -> None:
    with pytest.raises(ProviderFailure, match="a call without id or name"):
        put_together(fragments({"index": 0, "id": "a", "function": {"arguments": "{}"}}), END)


def test_error_among_the_events_may_pass() -> None:
    with pytest.raises(TransientError, match="the answer is an error: overloaded"):
        put_together(chunk({"content": "a"}), json.dumps({"error": {"message": "overloaded", "code": 529}}))
