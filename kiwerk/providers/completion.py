"""OpenAI's chat completions as text: a request's body and an answer in one piece, without any network.

Specification: https://platform.openai.com/docs/api-reference/chat. Other endpoints' dialects are read where they are
unambiguous: lists of text parts, arguments as an object, an error in an answer that was announced as fine.
"""

from __future__ import annotations

import json
from http import HTTPStatus
from typing import TYPE_CHECKING, Any

from kiwerk.providers.protocol import Message, ProviderFailure, Reply, Request, RequestedCall
from kiwerk.providers.retry import TransientError
from kiwerk.providers.secret import hide_secrets
from kiwerk.record import Usage

if TYPE_CHECKING:
    from collections.abc import Mapping

TRANSIENT_STATUSES = frozenset({408, 409, 429, 500, 502, 503, 504})
BUSY_STATUSES = frozenset({429, 503})
NONSENSE = (ValueError, KeyError, IndexError, TypeError, AttributeError, RecursionError, OverflowError)
"""What reading an answer of another form than expected raises."""

_BUSY_WORDS = ("rate_limit", "overloaded", "insufficient_capacity")
_REFUSING_WORDS = ("invalid", "authentication", "permission", "not_found", "content_filter", "context_length")


def request_body(request: Request) -> dict[str, Any]:
    """The body of a request for one completion."""
    body: dict[str, Any] = {
        "model": request.model.name.partition(":")[2],
        "messages": [_message(message) for message in request.messages],
    }
    if request.model.temperature is not None:
        body["temperature"] = request.model.temperature
    if request.model.max_tokens is not None:
        body["max_tokens"] = request.model.max_tokens
    if request.tools:
        body["tools"] = [
            {
                "type": "function",
                "function": {"name": tool.name, "description": tool.description, "parameters": tool.parameters},
            }
            for tool in request.tools
        ]
    return body


def parse_reply(text: str) -> Reply:
    """The first choice of a completion.

    Raises:
        TransientError: it is an error in the form of an answer, and another attempt may bring one.
        ProviderFailure: the text is not a chat completion.
    """
    try:
        body = json.loads(text)
        raise_error_in(body)
        choice = body["choices"][0]
        message = choice["message"]
        return Reply(
            text=clean(join(message.get("content"))),
            calls=tuple(_call(call) for call in message.get("tool_calls") or ()),
            finish_reason=str(choice.get("finish_reason") or "stop"),
            model=parse_model(body),
            usage=parse_usage(body),
        )
    except NONSENSE as error:
        raise describe_nonsense(error) from None


def parse_usage(body: Mapping[str, Any]) -> Usage:
    """Tokens a body names; those it does not name are 0."""
    usage = body.get("usage") or {}
    return Usage(
        input_tokens=int(usage.get("prompt_tokens") or 0),
        output_tokens=int(usage.get("completion_tokens") or 0),
        cached_tokens=int((usage.get("prompt_tokens_details") or {}).get("cached_tokens") or 0),
    )


def parse_model(body: Mapping[str, Any]) -> str | None:
    """The model that answered, as the endpoint calls it."""
    model = body.get("model")
    return None if model is None else clean(str(model))


def raise_error_in(body: Mapping[str, Any]) -> None:
    """Nothing where a body carries no error; endpoints send one after they have already said that all is fine.

    Raises:
        TransientError: it does. An answer was promised, so this is no fault of the request, unless the error says so.
        ProviderFailure: the request is at fault.
    """
    error = body.get("error") or (body if body.get("object") == "error" else None)
    if error is None:
        return
    details = error if isinstance(error, dict) else {"message": error}
    code, kind = str(details.get("code") or ""), f"{details.get('code')} {details.get('type')}".lower()
    problem = f"the answer is an error: {_shorten(str(details.get('message') or details))}"
    status = int(code) if code.isdecimal() and len(code) == 3 else None  # noqa: PLR2004  # digits of an HTTP status
    if status in BUSY_STATUSES or any(word in kind for word in _BUSY_WORDS):
        raise TransientError(problem, is_busy=True)
    is_blamed = status is not None and status < HTTPStatus.INTERNAL_SERVER_ERROR and status not in TRANSIENT_STATUSES
    if is_blamed or any(word in kind for word in _REFUSING_WORDS):
        raise ProviderFailure(problem)
    raise TransientError(problem)


def describe_nonsense(error: Exception) -> ProviderFailure:
    """What to raise where an answer has another form than expected."""
    return ProviderFailure(f"the answer is not a chat completion ({type(error).__name__}: {error})")


def parse_error_message(text: str) -> str:
    """The endpoint's own words about an error, at most 300 characters."""
    try:
        error = json.loads(text)["error"]
        found = error["message"] if isinstance(error, dict) else error
    except (ValueError, KeyError, TypeError):
        found = text
    return _shorten(str(found))


def join(content: object) -> str:
    """Text of a message: as it is, or the text parts of a list of parts one after the other."""
    if isinstance(content, list):
        return "".join(str(part["text"]) for part in content if part.get("type") == "text")
    if isinstance(content, dict):
        return json.dumps(content, ensure_ascii=False)
    return str(content or "")


def clean(text: str) -> str:
    """Text that can be written as UTF-8: half a surrogate pair becomes a question mark."""
    return text.encode("utf-8", "replace").decode("utf-8")


def _message(message: Message) -> dict[str, Any]:
    result: dict[str, Any] = {"role": message.role, "content": message.content}
    if message.calls:
        result["tool_calls"] = [
            {"id": call.id, "type": "function", "function": {"name": call.name, "arguments": call.arguments}}
            for call in message.calls
        ]
    if message.call_id is not None:
        result["tool_call_id"] = message.call_id
    return result


def _call(call: Any) -> RequestedCall:
    function = call["function"]
    return RequestedCall(clean(str(call["id"])), clean(str(function["name"])), clean(join(function["arguments"])))


def _shorten(text: str) -> str:
    return " ".join(hide_secrets(text).split())[:300]
