"""A chat completion that comes in pieces: server-sent events, and the answer put together from them.

Specification: https://html.spec.whatwg.org/multipage/server-sent-events.html for the events, of which only `data`
matters here; https://platform.openai.com/docs/api-reference/chat-streaming for what is in them.
"""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Any

from kiwerk.providers.completion import (
    NONSENSE,
    clean,
    describe_nonsense,
    join,
    parse_model,
    parse_usage,
    raise_error_in,
)
from kiwerk.providers.protocol import Reply, RequestedCall
from kiwerk.providers.retry import TransientError
from kiwerk.record import Usage

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

_END_OF_LINE = re.compile(rb"\r\n|\n|\r")
_DONE = "[DONE]"


class EventReader:
    """Data of server-sent events from bytes in pieces of any size; comments and other fields are passed over."""

    def __init__(self) -> None:
        self._rest = b""
        self._data: list[str] = []

    def feed(self, piece: bytes) -> Iterator[str]:
        """Data of the events that end in this piece."""
        lines = _END_OF_LINE.split(self._rest + piece)
        self._rest = lines.pop()
        if piece.endswith(b"\r"):
            # its line feed may follow in the next piece
            self._rest = lines.pop() + b"\r"
        for line in lines:
            yield from self._take(line)

    def end(self) -> Iterator[str]:
        """Data of an event that no empty line ended."""
        yield from self._take(self._rest.rstrip(b"\r"))
        yield from self._take(b"")

    def _take(self, line: bytes) -> Iterator[str]:
        if line.startswith(b"data:"):
            # whole lines only: a character of several bytes is never cut
            self._data.append(line[5:].removeprefix(b" ").decode("utf-8", "replace"))
        elif not line and self._data:
            data, self._data = "\n".join(self._data), []
            yield data


class StreamedReply:
    """The answer as far as its events tell it."""

    def __init__(self) -> None:
        self.has_begun = False
        """Whether the first piece of words or of a call has come."""
        self.is_done = False
        """Whether nothing more comes."""
        self._text: list[str] = []
        self._calls: list[_Call] = []
        self._finish_reason: str | None = None
        self._model: str | None = None
        self._usage = Usage()

    def add(self, data: str) -> None:
        """Take in the data of one event.

        Raises:
            TransientError: it is an error, and another attempt may bring an answer.
            ProviderFailure: it would not, or this is no chat completion.
        """
        if self.is_done or data.strip() == _DONE:
            self.is_done = True
            return
        try:
            self._add(json.loads(data))
        except NONSENSE as error:
            raise describe_nonsense(error) from None

    def add_last(self, data: str) -> None:
        """Take in what no empty line ended, where it is whole."""
        try:
            json.loads(data)
        except ValueError:
            if data.strip() != _DONE:
                return
        self.add(data)

    def reply(self, first_token_at: float | None) -> Reply:
        """The whole answer.

        Args:
            first_token_at: moment in which it began.

        Raises:
            TransientError: its end is missing.
            ProviderFailure: a call has no name.
        """
        if self._finish_reason is None and not self.is_done:
            message = "the stream ended before the answer did"
            raise TransientError(message)
        try:
            return Reply(
                text=clean("".join(self._text)),
                calls=tuple(call.whole() for call in self._calls),
                finish_reason=self._finish_reason or "stop",
                model=self._model,
                usage=self._usage,
                first_token_at=first_token_at,
            )
        except NONSENSE as error:
            raise describe_nonsense(error) from None

    def _add(self, chunk: Mapping[str, Any]) -> None:
        raise_error_in(chunk)
        self._model = parse_model(chunk) or self._model
        if chunk.get("usage"):
            self._usage = parse_usage(chunk)
        for choice in chunk.get("choices") or ():
            if choice.get("index"):
                continue
            delta = choice.get("delta") or {}
            if text := join(delta.get("content")):
                self._text.append(text)
                self.has_begun = True
            for fragment in delta.get("tool_calls") or ():
                self._add_fragment(fragment)
                self.has_begun = True
            if choice.get("finish_reason"):
                self._finish_reason = str(choice["finish_reason"])

    def _add_fragment(self, fragment: Mapping[str, Any]) -> None:
        """Continue a call, or begin one: endpoints that send calls whole count them wrongly, or not at all."""
        index, name = fragment.get("index"), fragment.get("id")
        same = [call for call in self._calls if index is None or call.index == index]
        call = same[-1] if same else None
        if call is None or (name and call.id not in (None, str(name))):
            call = _Call(index)
            self._calls.append(call)
        function = fragment.get("function") or {}
        call.id = call.id or (str(name) if name else None)
        call.name = call.name or function.get("name")
        call.arguments.append(join(function.get("arguments")))


class _Call:
    """A call in the making."""

    def __init__(self, index: int | None) -> None:
        self.index = index
        self.id: str | None = None
        self.name: str | None = None
        self.arguments: list[str] = []

    def whole(self) -> RequestedCall:
        if not self.id or not self.name:
            message = "a call without id or name"
            raise ValueError(message)
        return RequestedCall(clean(self.id), clean(str(self.name)), clean("".join(self.arguments)))
