from __future__ import annotations

import json

import pytest

from kiwerk.providers.completion import parse_reply
from kiwerk.providers.protocol import ProviderFailure, RequestedCall
from kiwerk.providers.retry import TransientError


def test_body_that_is_no_completion_is_told() -> None:
    for text in ("null", "[]", '{"choices": []}', '{"choices": [{"message": 1}]}', "<html>"):
        with pytest.raises(ProviderFailure, match="not a chat completion"):
            parse_reply(text)


def test_calls_are_read_as_they_came() -> None:
    body = {
        "choices": [
            {"message": {"content": None, "tool_calls": [{"id": 1, "function": {"name": "a", "arguments": "{"}}]}}
        ]
    }
    assert parse_reply(json.dumps(body)).calls == (RequestedCall("1", "a", "{"),)


@pytest.mark.parametrize(
    ("content", "text"),
    [
        ([{"type": "text", "text": "Guten "}, {"type": "image"}, {"type": "text", "text": "Tag"}], "Guten Tag"),
        ("\ud800 Tag", "? Tag"),
        (None, ""),
    ],
)
def test_content_of_any_form_becomes_text(content: object, text: str) -> None:
    body = {"model": 5, "choices": [{"message": {"content": content}}]}
    reply = parse_reply(json.dumps(body))
    assert (reply.text, reply.model) == (text, "5")


@pytest.mark.parametrize("text", ["[" * 200_000, '{"choices": [{"message": {}}], "usage": {"prompt_tokens": 1e999}}'])
def test_nonsense_ends_one_conversation_and_no_more(text: str) -> None:
    with pytest.raises(ProviderFailure, match="not a chat completion"):
        parse_reply(text)


@pytest.mark.parametrize(
    ("error", "is_busy"),
    [
        ({"message": "overloaded", "type": "overloaded_error"}, True),
        ({"message": "too many", "code": 429}, True),
        ({"message": "too many", "code": "rate_limit_exceeded"}, True),
        ({"message": "no provider", "code": 503}, True),
        ({"message": "the model is down", "code": 502}, False),
        ({"message": "internal", "type": "server_error"}, False),
        ("lost", False),
    ],
)
def test_error_in_place_of_an_answer_may_pass(error: object, is_busy: object) -> None:
    with pytest.raises(TransientError, match="the answer is an error") as caught:
        parse_reply(json.dumps({"error": error}))
    assert caught.value.is_busy is is_busy


@pytest.mark.parametrize(
    "body",
    [
        {"error": {"message": "too long", "code": "context_length_exceeded"}},
        {"error": {"message": "no", "type": "invalid_request_error"}},
        {"error": {"message": "pay first", "code": 402}},
        {"object": "error", "message": "no such model", "code": 404},
    ],
)
def test_error_that_the_request_is_to_blame_for_does_not_pass(body: object) -> None:
    with pytest.raises(ProviderFailure, match="the answer is an error"):
        parse_reply(json.dumps(body))
