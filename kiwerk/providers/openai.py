"""The OpenAI-compatible chat protocol over HTTP, directly on aiohttp.

Specification: https://platform.openai.com/docs/api-reference/chat (POST {base}/chat/completions, not streamed).
"""

from __future__ import annotations

import ipaddress
import json
import socket
from http import HTTPStatus
from typing import TYPE_CHECKING, Any, Self
from urllib.parse import SplitResult, urlsplit

import aiohttp

from kiwerk.errors import KiwerkError
from kiwerk.providers.pace import Pace
from kiwerk.providers.protocol import Message, ProviderFailure, Reply, Request, RequestedCall
from kiwerk.providers.retry import NotSentError, TransientError, parse_retry_after, send_patiently
from kiwerk.record import Source, Usage

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from types import TracebackType

    from aiohttp.abc import ResolveResult

LOOPBACK = "loopback"

_PROVIDERS = {
    "api.mistral.ai": "mistral",
    "api.openai.com": "openai",
    "api.anthropic.com": "anthropic",
    "generativelanguage.googleapis.com": "google",
    "openai.azure.com": "azure",
}
"""Providers by the host that answers, subdomains included; every other host is its own name."""

_TRANSIENT = frozenset({408, 409, 429, 500, 502, 503, 504})
_BUSY = frozenset({429, 503})
_CALL_SECONDS = 120.0
"""For one request: the longest answers of slow models take a minute or two; on the telephone nobody waits so long."""
_CONNECT_SECONDS = 10.0
"""Packets that are lost are sent again within three; whoever does not answer then is not there."""
_LONGEST_REPLY_BYTES = 16 * 1024 * 1024


def provider_of(scheme: str, host: str) -> str:
    """Name of the provider behind an endpoint: this machine is `loopback`, known hosts have names, others their own.

    A known name needs `https`: without it anybody on the way could have answered. A host that is called like a known
    provider is not it.
    """
    host = host.rstrip(".").lower()
    if host == "localhost" or host.endswith(".localhost") or is_loopback(host):
        return LOOPBACK
    for known, name in _PROVIDERS.items():
        if scheme == "https" and (host == known or host.endswith(f".{known}")):
            return name
    return f"host:{host}" if host in (LOOPBACK, *_PROVIDERS.values()) else host


def is_loopback(address: str) -> bool:
    """Whether an IP address is this machine's, in whatever notation (`127.1`, `0`, `::ffff:127.0.0.1`)."""
    try:
        found = ipaddress.ip_address(address)
    except ValueError:
        try:
            found = ipaddress.ip_address(socket.inet_aton(address))
        except OSError:
            return False
    mapped = found.ipv4_mapped if isinstance(found, ipaddress.IPv6Address) else None
    found = mapped or found
    # a connection to the unspecified address reaches this machine as well
    return found.is_loopback or found.is_unspecified


class _NotingResolver(aiohttp.ThreadedResolver):
    """The system's name resolution, which tells the addresses it found."""

    def __init__(self, note: Callable[[Iterable[str]], None]) -> None:
        super().__init__()
        self._note = note

    async def resolve(
        self, host: str, port: int = 0, family: socket.AddressFamily = socket.AF_INET
    ) -> list[ResolveResult]:
        """Addresses of a host."""
        found = await super().resolve(host, port, family)
        self._note(item["host"] for item in found)
        return found


class OpenAIProvider:
    """A model behind an OpenAI-compatible endpoint; use it as an asynchronous context manager."""

    def __init__(self, base_url: str, api_key: str | None, pace: Pace | None = None) -> None:
        """Prepare a client for `base_url`, the address up to and with `/v1`.

        Args:
            base_url: the address.
            api_key: sent with every request, where there is one.
            pace: how many requests it gets at once; its own unless told.

        Raises:
            KiwerkError: the address is not one of HTTP.
        """
        parts = split_address(base_url)
        self._url = f"{base_url.rstrip('/')}/chat/completions"
        self._headers = {"Authorization": f"Bearer {api_key}"} if api_key else {}
        self._source = Source(
            origin="model", provider=provider_of(parts.scheme, parts.hostname or ""), host=parts.hostname
        )
        self._pace = pace or Pace()
        self._session: aiohttp.ClientSession | None = None

    @property
    def source(self) -> Source:
        """The provider and its host."""
        return self._source

    async def __aenter__(self) -> Self:
        timeout = aiohttp.ClientTimeout(total=_CALL_SECONDS, sock_connect=_CONNECT_SECONDS)
        # the pace limits what is in flight, so the connector does not
        connector = aiohttp.TCPConnector(limit=0, resolver=_NotingResolver(self._note_addresses))
        self._session = aiohttp.ClientSession(headers=self._headers, timeout=timeout, connector=connector)
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._session is not None:
            await self._session.close()

    async def complete(self, request: Request) -> Reply:
        """The model's next words or calls; what is transient is tried again, a wrong answer never."""
        body = _body(request)
        return _reply(await send_patiently(lambda: self._ask(body), self._pace, request.tally))

    async def _ask(self, body: dict[str, Any]) -> str:
        """Text of the answer to one request.

        Raises:
            TransientError: another attempt may bring one.
            ProviderFailure: it would not.
            KiwerkError: the credential is refused.
        """
        try:
            status, text, retry_after = await self._post(body)
        except aiohttp.ClientConnectorError as error:
            problem = f"cannot reach {self._url}: {error}"
            raise NotSentError(problem) from None
        except (aiohttp.ClientConnectionError, aiohttp.ClientPayloadError, TimeoutError) as error:
            problem = f"cannot reach {self._url}: {str(error) or type(error).__name__}"
            raise TransientError(problem) from None
        except aiohttp.ClientError as error:
            problem = f"cannot talk to {self._url}: {str(error) or type(error).__name__}"
            raise ProviderFailure(problem) from None
        if status == HTTPStatus.OK:
            return text
        self._refuse_credential(status)
        problem = f"{self._url} answered {status}: {_error_message(text)}"
        if status not in _TRANSIENT:
            raise ProviderFailure(problem)
        raise TransientError(problem, is_busy=status in _BUSY, pause_seconds=retry_after)

    async def _post(self, body: dict[str, Any]) -> tuple[int, str, float]:
        """Status, text and `Retry-After` in seconds (0 without)."""
        if self._session is None:
            message = "the provider is used outside its context"
            raise RuntimeError(message)
        async with self._session.post(self._url, json=body, allow_redirects=False) as response:
            data = await response.content.read(_LONGEST_REPLY_BYTES + 1)
            while len(data) <= _LONGEST_REPLY_BYTES and (more := await response.content.read(65536)):
                data += more
            if len(data) > _LONGEST_REPLY_BYTES:
                message = f"{self._url} sent more than {_LONGEST_REPLY_BYTES} bytes"
                raise ProviderFailure(message)
            after = parse_retry_after(response.headers.get("Retry-After", ""))
            return response.status, data.decode("utf-8", "replace"), after

    def _note_addresses(self, addresses: Iterable[str]) -> None:
        """A host by any name that is this machine is `loopback`: a line in the hosts file makes no provider."""
        if any(is_loopback(address) for address in addresses):
            self._source = self._source.model_copy(update={"provider": LOOPBACK})

    def _refuse_credential(self, status: int) -> None:
        if status in (401, 403):
            message = f"The endpoint refused the credential ({status})"
            raise KiwerkError(message, path=self._url, remedy="Put a valid key into KIWERK_API_KEY")


def split_address(base_url: str) -> SplitResult:
    """The parts of an endpoint's address.

    Raises:
        KiwerkError: it is not one of HTTP, or carries a password.
    """
    remedy = "Give it whole, such as https://api.mistral.ai/v1"
    try:
        parts = urlsplit(base_url)
        port = parts.port
    except ValueError as error:
        message = f"Not the address of an endpoint: {error}"
        raise KiwerkError(message, remedy=remedy) from error
    if parts.username is not None or parts.password is not None:
        message = "The address of an endpoint carries a name or password, which would reach records"
        raise KiwerkError(message, remedy="Take them out, and put a key into KIWERK_API_KEY")
    labels = (parts.hostname or "").rstrip(".").split(".")
    if parts.scheme not in ("http", "https") or not all(labels) or port == 0:
        message = "Not the address of an endpoint"
        raise KiwerkError(message, path=base_url, remedy=remedy)
    return parts


def _body(request: Request) -> dict[str, Any]:
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


def _reply(text: str) -> Reply:
    """The first choice of a completion.

    Raises:
        ProviderFailure: the text is not a chat completion.
    """
    try:
        body = json.loads(text)
        choice = body["choices"][0]
        message = choice["message"]
        calls = tuple(_call(call) for call in message.get("tool_calls") or ())
        usage = body.get("usage") or {}
        model = body.get("model")
        return Reply(
            text=_clean(_join(message.get("content"))),
            calls=calls,
            finish_reason=str(choice.get("finish_reason") or "stop"),
            model=None if model is None else _clean(str(model)),
            usage=Usage(
                input_tokens=int(usage.get("prompt_tokens") or 0),
                output_tokens=int(usage.get("completion_tokens") or 0),
                cached_tokens=int((usage.get("prompt_tokens_details") or {}).get("cached_tokens") or 0),
            ),
        )
    except (ValueError, KeyError, IndexError, TypeError, AttributeError, RecursionError, OverflowError) as error:
        problem = f"the answer is not a chat completion ({type(error).__name__}: {error})"
        raise ProviderFailure(problem) from None


def _call(call: Any) -> RequestedCall:
    function = call["function"]
    return RequestedCall(_clean(str(call["id"])), _clean(str(function["name"])), _clean(_join(function["arguments"])))


def _join(content: object) -> str:
    """Text of a message: as it is, or the text parts of a list of parts one after the other."""
    if isinstance(content, list):
        return "".join(str(part["text"]) for part in content if part.get("type") == "text")
    if isinstance(content, dict):
        return json.dumps(content, ensure_ascii=False)
    return str(content or "")


def _clean(text: str) -> str:
    """Text that can be written as UTF-8: half a surrogate pair becomes a question mark."""
    return text.encode("utf-8", "replace").decode("utf-8")


def _error_message(text: str) -> str:
    """The endpoint's own words about an error, at most 300 characters."""
    try:
        error = json.loads(text)["error"]
        found = error["message"] if isinstance(error, dict) else error
    except (ValueError, KeyError, TypeError):
        found = text
    return " ".join(str(found).split())[:300]
