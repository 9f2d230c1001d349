"""Models behind their vendors' own protocols, by way of pydantic-ai's `direct.model_request`.

The clients are the vendors', their messages pydantic-ai's; attempts and pace are ours, and nobody else's.
"""

from __future__ import annotations

import asyncio
import json
import os
import socket
from dataclasses import replace
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

import httpx2
from pydantic_ai.direct import model_request
from pydantic_ai.exceptions import (
    ModelConnectionError,
    ModelHTTPError,
    UserError,
)
from pydantic_ai.messages import ModelRequest, UserPromptPart
from pydantic_ai.models import infer_model
from pydantic_ai.settings import ModelSettings

from kiwerk.errors import KiwerkError
from kiwerk.providers.completion import BUSY_STATUSES, NONSENSE, TRANSIENT_STATUSES, parse_error_message
from kiwerk.providers.host import LOOPBACK, address_of, is_loopback, provider_of
from kiwerk.providers.native_messages import map_messages, map_tools, read_reply, starts_with_agent
from kiwerk.providers.pace import Pace
from kiwerk.providers.protocol import ProviderFailure, Reply, Request
from kiwerk.providers.retry import NotSentError, TransientError, send_patiently
from kiwerk.providers.secret import hide_secrets
from kiwerk.providers.vendors import Vendor, find_vendor
from kiwerk.record import Source

if TYPE_CHECKING:
    from collections.abc import Callable

    from pydantic_ai.messages import ModelMessage, ModelResponse
    from pydantic_ai.models import Model
    from pydantic_ai.providers import Provider as Client

_CALL_SECONDS = 120.0
"""As at an OpenAI-compatible endpoint."""
_CONNECT_SECONDS = 10.0
_OVERLOADED = 529
"""Anthropic's word for a busy server."""
_NO_CREDENTIALS = ("NoCredentialsError", "PartialCredentialsError")
"""Raised by boto3, which looks in more places than the environment."""
_SILENCE = "."
"""Said by the user where a vendor wants the user to speak first, and the agent has an opening."""


class NativeModel:
    """The models of one vendor, for as long as a run takes."""

    def __init__(self, vendor: Vendor, pace: Pace) -> None:
        """Prepare the vendor's client, which finds credential and address in the environment.

        Raises:
            KiwerkError: it does not find them.
        """
        self._vendor = vendor
        self._pace = pace
        # nothing of the environment but credential and address: a proxy named there would answer in the vendor's name
        timeout = httpx2.Timeout(_CALL_SECONDS, connect=_CONNECT_SECONDS)
        limits = httpx2.Limits(max_connections=None, max_keepalive_connections=None)
        self._http = httpx2.AsyncClient(
            trust_env=False, timeout=timeout, limits=limits, event_hooks={"response": [self._note_peer]}
        )
        try:
            self._client = _CLIENTS[vendor.name](self._http)
        except (UserError, *NONSENSE) as error:
            message = f"The client of '{vendor.name}' cannot be made: {hide_secrets(str(error))}"
            raise KiwerkError(message, remedy=f"Look at {vendor.name_credentials()}, and at {vendor.address}") from None
        parts = urlsplit(self._client.base_url)
        self._host = parts.hostname or ""
        self._source = Source(
            origin="model",
            provider=provider_of(parts.scheme, self._host),
            host=self._host,
            address=address_of(parts),
        )
        self._models: dict[str, Model] = {}

    @property
    def source(self) -> Source:
        """The provider and its host."""
        return self._source

    async def close(self) -> None:
        """Let go of the connections."""
        async with self._client:
            pass
        await self._http.aclose()

    async def complete(self, request: Request) -> Reply:
        """The model's next words or calls; what is transient is tried again, a wrong answer never."""
        model = self._model(request.model.name)
        messages = map_messages(request.messages)
        if self._vendor.name == "google" and starts_with_agent(request):
            messages.insert(1, ModelRequest([UserPromptPart(_SILENCE)]))
        settings = _settings(request, self._vendor)
        response = await send_patiently(
            lambda: self._ask(model, messages, settings, request), self._pace, request.tally
        )
        if not response.parts and response.finish_reason is None:
            problem = f"the answer of {self._host} is empty"
            raise ProviderFailure(problem)
        return read_reply(response)

    async def _ask(
        self, model: Model, messages: list[ModelMessage], settings: ModelSettings, request: Request
    ) -> ModelResponse:
        """The answer to one request.

        Raises:
            TransientError: another attempt may bring one.
            ProviderFailure: it would not.
            KiwerkError: the credential is refused.
        """
        if self._vendor.name == "bedrock":
            # boto3 does not tell whom it asked
            await self._note_addresses()
        try:
            async with asyncio.timeout(_CALL_SECONDS):
                return await model_request(
                    model, messages, model_settings=settings, model_request_parameters=map_tools(request.tools)
                )
        except ModelHTTPError as error:
            raise self._explain_status(error) from None
        except ModelConnectionError as error:
            problem = f"cannot reach {self._host}: {error.message}"
            raise (NotSentError(problem) if _was_never_sent(error) else TransientError(problem)) from None
        except TimeoutError:
            problem = f"{self._host} did not answer within {_CALL_SECONDS:.0f} seconds"
            raise TransientError(problem) from None
        except Exception as error:  # noqa: BLE001  # a vendor's client raises what it likes, and one conversation ends
            self._refuse_without_credential(error)
            problem = f"the answer of {self._host} cannot be used ({type(error).__name__}: {error})"
            raise ProviderFailure(" ".join(hide_secrets(problem).split())[:500]) from None

    def _explain_status(self, error: ModelHTTPError) -> Exception:
        status = error.status_code
        if status in (401, 403):
            message = f"'{self._vendor.name}' refused the credential ({status})"
            remedy = f"Put a valid one into {self._vendor.name_credentials()}"
            return KiwerkError(message, path=self._client.base_url, remedy=remedy)
        body = error.body if isinstance(error.body, str) else json.dumps(error.body, default=str)
        problem = f"{self._host} answered {status}: {parse_error_message(body)}"
        is_busy = status in BUSY_STATUSES or status == _OVERLOADED
        if status in TRANSIENT_STATUSES or is_busy:
            return TransientError(problem, is_busy=is_busy, pause_seconds=error.retry_after or 0.0)
        return ProviderFailure(problem)

    def _refuse_without_credential(self, error: Exception) -> None:
        if type(error).__name__ in _NO_CREDENTIALS:
            message = f"'{self._vendor.name}' cannot be asked without a credential: {hide_secrets(str(error))}"
            raise KiwerkError(message, remedy=f"Set {self._vendor.name_credentials()}") from None

    def _model(self, name: str) -> Model:
        if name not in self._models:
            self._models[name] = infer_model(name, lambda _: self._client)
        return self._models[name]

    async def _note_addresses(self) -> None:
        """A host by any name that is this machine is `loopback`: a line in the hosts file makes no provider.

        Raises:
            NotSentError: nobody knows the name.
        """
        try:
            found = await asyncio.get_running_loop().getaddrinfo(self._host, None, type=socket.SOCK_STREAM)
        except OSError as error:
            problem = f"cannot reach {self._host}: {error}"
            raise NotSentError(problem) from None
        if any(is_loopback(str(address[0])) for *_, address in found):
            self._source = self._source.model_copy(update={"provider": LOOPBACK})

    async def _note_peer(self, response: httpx2.Response) -> None:
        """The same by who answered; where that cannot be told, the provider is unknown."""
        stream = response.extensions.get("network_stream")
        peer = stream.get_extra_info("server_addr") if stream is not None else None
        if peer is None:
            self._source = self._source.model_copy(update={"provider": None})
        elif is_loopback(str(peer[0])):
            self._source = self._source.model_copy(update={"provider": LOOPBACK})


class NativeModels:
    """Every vendor's models, each client made when it is first needed."""

    def __init__(self, most_in_flight: int) -> None:
        self._most_in_flight = most_in_flight
        self._paces: dict[str, Pace] = {}
        self._found: dict[str, NativeModel] = {}

    @property
    def source(self) -> Source:
        """A model; which, the request says."""
        return Source(origin="model")

    def count_room(self) -> int:
        """Requests that may be in flight now, whoever is asked."""
        return sum(pace.limit for pace in self._paces.values()) or 1

    def of(self, name: str) -> NativeModel:
        """Who answers for a model.

        Raises:
            KiwerkError: there is none by that name, its extra is not installed, or its credential is not set.
        """
        vendor = find_vendor(name, os.environ)
        if vendor.name not in self._found:
            pace = self._paces.setdefault(vendor.name, Pace(self._most_in_flight))
            self._found[vendor.name] = NativeModel(vendor, pace)
        return self._found[vendor.name]

    async def complete(self, request: Request) -> Reply:
        """What the model that the request names says next."""
        model = self.of(request.model.name)
        reply = await model.complete(request)
        return replace(reply, source=model.source)

    async def close(self) -> None:
        """Let go of all connections."""
        for model in self._found.values():
            await model.close()


def _settings(request: Request, vendor: Vendor) -> ModelSettings:
    settings = ModelSettings()
    if request.model.temperature is not None:
        settings["temperature"] = request.model.temperature
    if request.model.max_tokens is not None:
        settings["max_tokens"] = request.model.max_tokens
    if vendor.name != "bedrock":
        # boto3 takes both when its client is made
        settings["timeout"] = _CALL_SECONDS
        settings["max_retries"] = 0
    return settings


def _was_never_sent(error: BaseException | None) -> bool:
    """Whether the connection was refused, or the name not found, somewhere below."""
    while error is not None:
        if isinstance(error, (ConnectionRefusedError, socket.gaierror)):
            return True
        if type(error).__name__ in ("ConnectError", "EndpointConnectionError"):
            return True
        error = error.__cause__ or error.__context__
    return False


def _make_anthropic(http: httpx2.AsyncClient) -> Client[Any]:
    from pydantic_ai.providers.anthropic import AnthropicProvider

    return AnthropicProvider(http_client=http)


def _make_bedrock(_: httpx2.AsyncClient) -> Client[Any]:
    import boto3
    from botocore.config import Config
    from botocore.exceptions import BotoCoreError
    from pydantic_ai.providers.bedrock import BedrockProvider

    # neither proxies nor certificates of the environment
    config = Config(
        read_timeout=_CALL_SECONDS, connect_timeout=_CONNECT_SECONDS, retries={"total_max_attempts": 1}, proxies={}
    )
    try:
        client = boto3.Session().client("bedrock-runtime", config=config, verify=True)
    except BotoCoreError as error:
        raise UserError(str(error)) from error
    return BedrockProvider(bedrock_client=client)


def _make_google(http: httpx2.AsyncClient) -> Client[Any]:
    from pydantic_ai.providers.google import GoogleProvider

    return GoogleProvider(http_client=http)


def _make_mistral(http: httpx2.AsyncClient) -> Client[Any]:
    from pydantic_ai.providers.mistral import MistralProvider

    return MistralProvider(base_url=os.environ.get("MISTRAL_BASE_URL") or None, http_client=http)


_CLIENTS: dict[str, Callable[[httpx2.AsyncClient], Client[Any]]] = {
    "anthropic": _make_anthropic,
    "bedrock": _make_bedrock,
    "google": _make_google,
    "mistral": _make_mistral,
}
"""Vendors' clients by name."""
