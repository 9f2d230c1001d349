"""The events of a streamed chat completion, as OpenAI sends them, made from the completion in one piece."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from typing import Any

LETTERS_OF_ARGUMENTS = 7
"""So few that no argument comes in one piece."""
NOISE = b": keep-alive\n\nevent: ping\nid: 7\nretry: 1000\nnonsense\n\n"
"""What an event stream may hold beside its data."""


def format_events(reply: Mapping[str, Any], *, with_usage: bool) -> list[bytes]:
    """One event a word, calls in fragments that take turns, then the end; `[DONE]` is the last."""
    head = {**reply, "object": "chat.completion.chunk"}
    usage = head.pop("usage")
    [choice] = reply["choices"]
    deltas = [{"role": "assistant", "content": ""}, *_split(choice["message"])]
    chunks = [{**head, "choices": [{"index": 0, "delta": delta, "finish_reason": None}]} for delta in deltas]
    chunks.append({**head, "choices": [{"index": 0, "delta": {}, "finish_reason": choice["finish_reason"]}]})
    if with_usage:
        chunks.append({**head, "choices": [], "usage": usage})
    return [*(format_event(chunk) for chunk in chunks), b"data: [DONE]\n\n"]


def format_event(data: Mapping[str, Any]) -> bytes:
    """One event."""
    return f"data: {json.dumps(data, ensure_ascii=False)}\n\n".encode()


def _split(message: Mapping[str, Any]) -> Iterator[dict[str, Any]]:
    for word in re.findall(r"\s*\S+\s*", message.get("content") or ""):
        yield {"content": word}
    calls = message.get("tool_calls", ())
    for index, call in enumerate(calls):
        function = {"name": call["function"]["name"], "arguments": ""}
        yield {"tool_calls": [{"index": index, "id": call["id"], "type": "function", "function": function}]}
    texts = [call["function"]["arguments"] for call in calls]
    for at in range(0, max(map(len, texts), default=0), LETTERS_OF_ARGUMENTS):
        for index, text in enumerate(texts):
            if piece := text[at : at + LETTERS_OF_ARGUMENTS]:
                yield {"tool_calls": [{"index": index, "function": {"arguments": piece}}]}
