"""The OpenAI-compatible chat protocol over HTTP, directly on aiohttp; what is in the bodies, `completion` knows.

Specification: https://platform.openai.com/docs/api-reference/chat (POST {base}/chat/completions).
"""

from __future__ import annotations

import asyncio
import contextlib
import time
from http import HTTPStatus
from typing import TYPE_CHECKING, Any, Self

import aiohttp

from kiwerk.errors import KiwerkError
from kiwerk.providers.completion import (
    BUSY_STATUSES,
    TRANSIENT_STATUSES,
    parse_error_message,
    parse_reply,
    request_body,
)
from kiwerk.providers.host import LOOPBACK, NotingResolver, address_of, is_loopback, provider_of, split_address
from kiwerk.providers.pace import Pace
from kiwerk.providers.protocol import ProviderFailure, Reply, Request, Tally
from kiwerk.providers.retry import NotSentError, TransientError, parse_retry_after, send_patiently
from kiwerk.providers.secret import keep_secret
from kiwerk.providers.stream import EventReader, StreamedReply
from kiwerk.record import Source

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Iterable
    from types import TracebackType

_USAGE_OPTION = {"stream_options": {"include_usage": True}}
_INVALID = frozenset({HTTPStatus.BAD_REQUEST, HTTPStatus.UNPROCESSABLE_ENTITY})
_CALL_SECONDS = 120.0
"""For one request: the longest answers of slow models take a minute or two; on the telephone nobody waits so long."""
_CONNECT_SECONDS = 10.0
"""Packets that are lost are sent again within three; whoever does not answer then is not there."""
_LONGEST_REPLY_BYTES = 16 * 1024 * 1024
_LAST_WORD_SECONDS = 1.0
"""For an endpoint to end a stream after it has said that nothing more comes."""


class OpenAIProvider:
    """A model behind an OpenAI-compatible endpoint; use it as an asynchronous context manager."""

    def __init__(self, base_url: str, api_key: str | None, pace: Pace | None = None, *, stream: bool = False) -> None:
        """Prepare a client for `base_url`, the address up to and with `/v1`.

        Args:
            base_url: the address.
            api_key: sent with every request, where there is one.
            pace: how many requests it gets at once; its own unless told.
            stream: whether answers come in pieces, which tells when each began.

        Raises:
            KiwerkError: the address is not one of HTTP.
        """
        parts = split_address(base_url)
        self._url = f"{base_url.rstrip('/')}/chat/completions"
        keep_secret([api_key])
        self._headers = {"Authorization": f"Bearer {api_key}"} if api_key else {}
        self._source = Source(
            origin="model",
            provider=provider_of(parts.scheme, parts.hostname or ""),
            host=parts.hostname,
            address=address_of(parts),
        )
        self._pace = pace or Pace()
        self._stream = stream
        self._takes_stream_options = True
        self._session: aiohttp.ClientSession | None = None

    @property
    def source(self) -> Source:
        """The provider and its host."""
        return self._source

    async def __aenter__(self) -> Self:
        timeout = aiohttp.ClientTimeout(total=_CALL_SECONDS, sock_connect=_CONNECT_SECONDS)
        # the pace limits what is in flight, so the connector does not
        connector = aiohttp.TCPConnector(limit=0, resolver=NotingResolver(self._note_addresses))
        self._session = aiohttp.ClientSession(headers=self._headers, timeout=timeout, connector=connector)
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._session is not None:
            await self._session.close()

    async def complete(self, request: Request) -> Reply:
        """The model's next words or calls; what is transient is tried again, a wrong answer never."""
        body = request_body(request)
        if self._stream:
            body["stream"] = True
        return await send_patiently(lambda: self._ask(body, request.tally), self._pace, request.tally)

    async def _ask(self, body: dict[str, Any], tally: Tally) -> Reply:
        """The answer to one request.

        Raises:
            TransientError: another attempt may bring one.
            ProviderFailure: it would not.
            KiwerkError: the credential is refused.
        """
        asks_usage = self._stream and self._takes_stream_options
        try:
            result = await self._post({**body, **_USAGE_OPTION} if asks_usage else body)
        except aiohttp.ClientConnectorError as error:
            problem = f"cannot reach {self._url}: {error}; does anybody listen there, and is the address right?"
            raise NotSentError(problem) from None
        except (aiohttp.ClientConnectionError, aiohttp.ClientPayloadError, TimeoutError) as error:
            problem = f"cannot reach {self._url}: {str(error) or type(error).__name__}"
            raise TransientError(problem) from None
        except aiohttp.ClientError as error:
            problem = f"cannot talk to {self._url}: {str(error) or type(error).__name__}"
            raise ProviderFailure(problem) from None
        if isinstance(result, Reply):
            return result
        status, text, retry_after = result
        if asks_usage and status in _INVALID and "stream_options" in text:
            # Mistral refuses the option, and counts the tokens without being asked
            self._takes_stream_options = False
            tally.attempts += 1
            return await self._ask(body, tally)
        self._refuse_credential(status)
        problem = f"{self._url} answered {status}: {parse_error_message(text)}"
        if status == HTTPStatus.NOT_FOUND:
            problem += "; does the address end as the provider says, often with /v1, and is the model served there?"
        if status not in TRANSIENT_STATUSES:
            raise ProviderFailure(problem)
        raise TransientError(problem, is_busy=status in BUSY_STATUSES, pause_seconds=retry_after)

    async def _post(self, body: dict[str, Any]) -> Reply | tuple[int, str, float]:
        """The answer; where it is refused status, text and `Retry-After` in seconds (0 without)."""
        if self._session is None:
            message = "the provider is used outside its context"
            raise RuntimeError(message)
        async with self._session.post(self._url, json=body, allow_redirects=False) as response:
            is_fine = response.status == HTTPStatus.OK
            if is_fine and response.content_type == "text/event-stream":
                return await self._read_stream(response.content)
            text = b"".join([piece async for piece in self._pieces(response.content)]).decode("utf-8", "replace")
            # also where a stream was asked for: not every endpoint can
            return parse_reply(text) if is_fine else (response.status, text, _pause_of(response))

    async def _read_stream(self, content: aiohttp.StreamReader) -> Reply:
        events, answer = EventReader(), StreamedReply()
        first_token_at: float | None = None
        async for piece in self._pieces(content):
            for data in events.feed(piece):
                answer.add(data)
                if first_token_at is None and answer.has_begun:
                    first_token_at = time.monotonic()
            if answer.is_done:
                await _read_away(content)
                break
        else:
            for data in events.end():
                answer.add_last(data)
        return answer.reply(first_token_at)

    async def _pieces(self, content: aiohttp.StreamReader) -> AsyncIterator[bytes]:
        """The bytes of an answer as they come.

        Raises:
            ProviderFailure: there is no end of them.
        """
        size = 0
        async for piece in content.iter_any():
            size += len(piece)
            if size > _LONGEST_REPLY_BYTES:
                message = f"{self._url} sent more than {_LONGEST_REPLY_BYTES} bytes"
                raise ProviderFailure(message)
            yield piece

    def _note_addresses(self, addresses: Iterable[str]) -> None:
        """A host by any name that is this machine is `loopback`: a line in the hosts file makes no provider."""
        if any(is_loopback(address) for address in addresses):
            self._source = self._source.model_copy(update={"provider": LOOPBACK})

    def _refuse_credential(self, status: int) -> None:
        if status in (401, 403):
            message = f"The endpoint refused the credential ({status})"
            raise KiwerkError(message, path=self._url, remedy="Put a valid key into KIWERK_API_KEY")


async def _read_away(content: aiohttp.StreamReader) -> None:
    """Read to the end, whatever comes: only then the connection can be used again."""
    with contextlib.suppress(TimeoutError, aiohttp.ClientError):
        async with asyncio.timeout(_LAST_WORD_SECONDS):
            while await content.readany():
                pass


def _pause_of(response: aiohttp.ClientResponse) -> float:
    return parse_retry_after(response.headers.get("Retry-After", ""))
