"""Our messages in pydantic-ai's words, and its answers in ours; nothing here is sent."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from pydantic_ai.messages import (
    ModelMessage,
    ModelRequest,
    ModelResponse,
    ModelResponsePart,
    SystemPromptPart,
    TextPart,
    ToolCallPart,
    ToolReturnPart,
    UserPromptPart,
)
from pydantic_ai.models import ModelRequestParameters
from pydantic_ai.tools import ToolDefinition

from kiwerk.providers.protocol import Message, Reply, Request, RequestedCall
from kiwerk.record import Usage

if TYPE_CHECKING:
    from collections.abc import Sequence

    from kiwerk.record import ShippedTool

_FINISH_REASONS = {"tool_call": "tool_calls"}


def map_messages(messages: Sequence[Message]) -> list[ModelMessage]:
    """The conversation so far; an assistant's message as its vendor sent it, where it is known."""
    names = {call.id: call.name for message in messages for call in message.calls}
    return [_map_message(message, names) for message in messages]


def map_tools(tools: Sequence[ShippedTool]) -> ModelRequestParameters:
    """The operations, their schemas as they are: what ships is asked for, not a stricter form of it."""
    return ModelRequestParameters(
        function_tools=[
            ToolDefinition(
                name=tool.name, description=tool.description, parameters_json_schema=tool.parameters, strict=False
            )
            for tool in tools
        ]
    )


def starts_with_agent(request: Request) -> bool:
    """Whether the agent speaks first, as on the telephone."""
    return next((message.role for message in request.messages if message.role != "system"), None) == "assistant"


def read_reply(response: ModelResponse) -> Reply:
    """Words, calls and what is told beside them."""
    return Reply(
        text=_clean("".join(part.content for part in response.parts if isinstance(part, TextPart))),
        calls=tuple(
            RequestedCall(part.tool_call_id, _clean(part.tool_name), _clean(_write_arguments(part)))
            for part in response.parts
            if isinstance(part, ToolCallPart)
        ),
        finish_reason=_FINISH_REASONS.get(response.finish_reason or "stop", response.finish_reason or "stop"),
        model=None if response.model_name is None else _clean(response.model_name),
        usage=Usage(
            input_tokens=response.usage.input_tokens,
            output_tokens=response.usage.output_tokens,
            cached_tokens=response.usage.cache_read_tokens,
        ),
        kept=response,
    )


def _map_message(message: Message, names: dict[str, str]) -> ModelMessage:
    if isinstance(message.kept, ModelResponse):
        return message.kept
    if message.role == "system":
        return ModelRequest([SystemPromptPart(message.content)])
    if message.role == "user":
        return ModelRequest([UserPromptPart(message.content)])
    if message.role == "tool":
        call_id = message.call_id or ""
        return ModelRequest([ToolReturnPart(names[call_id], json.loads(message.content), call_id)])
    parts: list[ModelResponsePart] = [TextPart(message.content)] if message.content else []
    parts += [ToolCallPart(call.name, call.arguments, call.id) for call in message.calls]
    return ModelResponse(parts)


def _write_arguments(part: ToolCallPart) -> str:
    return part.args if isinstance(part.args, str) else json.dumps(part.args or {}, ensure_ascii=False)


def _clean(text: str) -> str:
    """Text that can be written as UTF-8: half a surrogate pair becomes a question mark."""
    return text.encode("utf-8", "replace").decode("utf-8")
