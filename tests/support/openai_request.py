"""What OpenAI itself would take for a request, and how it refuses the rest."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from typing import Any

FUNCTION_NAME = re.compile(r"[a-zA-Z0-9_-]{1,64}")
ROLES = {"system", "developer", "user", "assistant", "tool"}


class RefusedRequestError(Exception):
    """A request that is answered with an error of OpenAI's shape."""

    def __init__(self, message: str, status: int = 400, code: str = "invalid_request") -> None:
        super().__init__(message)
        self.status = status
        self.code = code


def check_body(body: object, refused: Sequence[str]) -> Mapping[str, Any]:
    """The body where it is a request that OpenAI itself would take, without the fields that this endpoint refuses."""
    if not isinstance(body, dict):
        raise RefusedRequestError("The request body is not a JSON object.")
    if not isinstance(body.get("model"), str) or not isinstance(body.get("messages"), list):
        raise RefusedRequestError("'model' (text) and 'messages' (a list) are required.")
    if unknown := set(refused) & set(body):
        detail = [{"type": "extra_forbidden", "loc": ["body", name]} for name in sorted(unknown)]
        raise RefusedRequestError(json.dumps({"detail": detail}), 422)
    if "stream_options" in body and not body.get("stream"):
        raise RefusedRequestError("'stream_options' is only for streams.")
    for message in body["messages"]:
        if not isinstance(message, dict) or message.get("role") not in ROLES:
            raise RefusedRequestError(f"Not a message: {message!r}")
        if not _is_text(message.get("content")) and not message.get("tool_calls"):
            raise RefusedRequestError("A message needs 'content' as text.")
    for tool in body.get("tools", ()):
        if not FUNCTION_NAME.fullmatch(tool["function"]["name"]):
            raise RefusedRequestError(f"Not a function name: {tool['function']['name']!r}")
    _check_tool_calls(body["messages"])
    return body


def _is_text(content: object) -> bool:
    """Whether it is text, or a list of parts of text."""
    if isinstance(content, list):
        return all(isinstance(part, dict) and isinstance(part.get("text"), str) for part in content)
    return isinstance(content, str)


def _check_tool_calls(messages: Sequence[Mapping[str, Any]]) -> None:
    """Refuses tool calls without an answer directly after them, and answers to nothing."""
    unanswered: list[str] = []
    for message in messages:
        if message["role"] == "tool":
            if message.get("tool_call_id") not in unanswered:
                raise RefusedRequestError("A tool message must answer a tool call of the preceding assistant message.")
            unanswered.remove(message["tool_call_id"])
            continue
        if unanswered:
            break
        unanswered = [call["id"] for call in message.get("tool_calls") or ()]
    if unanswered:
        raise RefusedRequestError(f"Tool calls without an answer: {', '.join(unanswered)}")
