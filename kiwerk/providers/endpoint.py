"""An agent that runs elsewhere: it has its own prompt and tools, and is told what the user says and nothing more."""

from __future__ import annotations

import json
import uuid
from dataclasses import replace
from http import HTTPStatus
from typing import TYPE_CHECKING, Any, Self
from urllib.parse import quote

import aiohttp

from kiwerk.errors import KiwerkError
from kiwerk.providers.completion import BUSY_STATUSES, NONSENSE, parse_error_message
from kiwerk.providers.host import LOOPBACK, NotingResolver, address_of, is_loopback, provider_of, split_address
from kiwerk.providers.openai import OpenAIProvider
from kiwerk.providers.protocol import ProviderFailure, Reply, Request, Tally
from kiwerk.providers.retry import NotSentError, TransientError, parse_retry_after, send_patiently
from kiwerk.providers.secret import hide_secrets, keep_secret
from kiwerk.record import ShippedModel, Source, ToolCall, Unseen
from kiwerk.render.expression import evaluate
from kiwerk.render.problem import TemplateProblem
from kiwerk.spec.endpoint import CONVERSATION, Chat, Step, Webhook

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from types import TracebackType

    from kiwerk.providers.pace import Pace

ALL_UNSEEN: tuple[Unseen, ...] = ("calls", "outcomes", "results", "state")
UNKNOWN_OUTCOME = "unknown"
"""Of a call that nobody told the outcome of."""

_CALL_SECONDS = 120.0
_LONGEST_REPLY_BYTES = 16 * 1024 * 1024


class ChatAgent:
    """An agent behind an OpenAI-compatible chat endpoint."""

    def __init__(self, chat: Chat, api_key: str | None, pace: Pace) -> None:
        self._model = ShippedModel(name=f"endpoint:{chat.model}")
        self._provider = OpenAIProvider(chat.url, api_key, pace)

    async def __aenter__(self) -> Self:
        await self._provider.__aenter__()
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self._provider.__aexit__(kind, error, trace)

    @property
    def source(self) -> Source:
        """The host; what its agent calls, nobody tells."""
        return self._provider.source.model_copy(update={"origin": "endpoint", "unseen": ALL_UNSEEN})

    async def complete(self, request: Request) -> Reply:
        """The agent's words; what the user and it said is all that it is told.

        Raises:
            ProviderFailure: it asks for a call to be carried out.
        """
        said = tuple(message for message in request.messages if message.role in ("user", "assistant"))
        reply = await self._provider.complete(replace(request, messages=said, tools=(), model=self._model))
        if reply.calls:
            problem = f"the endpoint asks for a call of {reply.calls[0].name} to be carried out, but was offered none"
            raise ProviderFailure(problem)
        return reply


class WebhookClient:
    """The connections to a JSON interface; use it as an asynchronous context manager."""

    def __init__(self, webhook: Webhook, variables: Mapping[str, str], pace: Pace) -> None:
        self.webhook = webhook
        self._headers = {
            name: value if isinstance(value, str) else f"{value.prefix}{variables[value.variable]}"
            for name, value in webhook.headers.items()
        }
        keep_secret(variables[value.variable] for value in webhook.headers.values() if not isinstance(value, str))
        self._pace = pace
        self._session: aiohttp.ClientSession | None = None
        parts = split_address(webhook.url.replace(CONVERSATION, "1"))
        self.source = Source(
            origin="endpoint",
            provider=provider_of(parts.scheme, parts.hostname or ""),
            host=parts.hostname,
            address=address_of(parts),
            unseen=find_unseen(webhook),
        )

    async def __aenter__(self) -> Self:
        connector = aiohttp.TCPConnector(limit=0, resolver=NotingResolver(self._note_addresses))
        timeout = aiohttp.ClientTimeout(total=_CALL_SECONDS)
        self._session = aiohttp.ClientSession(headers=self._headers, timeout=timeout, connector=connector)
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._session is not None:
            await self._session.close()

    async def send(self, step: Step | Webhook, names: Mapping[str, Any], tally: Tally) -> Any:
        """The JSON that comes back, None where nothing does.

        Sent again only where the endpoint says that it was too busy to take it: a conversation that is kept elsewhere
        must not hear the same words twice.

        Raises:
            ProviderFailure: it does not come, or is no JSON.
            KiwerkError: the credential is refused.
        """
        url = step.url.replace(CONVERSATION, quote(str(names["conversation_id"]), safe=""))
        body = None if step.request is None else compute(step.request, names, "request")
        return await send_patiently(lambda: self._ask(step.method, url, body), self._pace, tally)

    async def _ask(self, method: str, url: str, body: object) -> Any:
        if self._session is None:
            message = "the endpoint is used outside its context"
            raise RuntimeError(message)
        try:
            async with self._session.request(method, url, json=body, allow_redirects=False) as response:
                data = await response.content.read(_LONGEST_REPLY_BYTES)
                if not response.content.at_eof():
                    raise ProviderFailure(f"{url} sent more than {_LONGEST_REPLY_BYTES} bytes")
                status, after = response.status, parse_retry_after(response.headers.get("Retry-After", ""))
        except aiohttp.ClientConnectorError as error:
            raise NotSentError(f"cannot reach {url}: {error}") from None
        except (aiohttp.ClientError, TimeoutError) as error:
            raise ProviderFailure(f"cannot talk to {url}: {str(error) or type(error).__name__}") from None
        text = data.decode("utf-8", "replace")
        if status in (401, 403):
            message = f"The endpoint refused the credential ({status})"
            raise KiwerkError(message, path=url, remedy="Look at the variables that its headers name")
        if status in BUSY_STATUSES:
            raise TransientError(f"{url} answered {status}", is_busy=True, pause_seconds=after)
        if not HTTPStatus.OK <= status < HTTPStatus.MULTIPLE_CHOICES:
            raise ProviderFailure(f"{url} answered {status}: {parse_error_message(text)}")
        try:
            return json.loads(text) if text.strip() else None
        except (ValueError, RecursionError) as error:
            raise ProviderFailure(f"the answer of {url} is not JSON: {error}") from None

    def _note_addresses(self, addresses: Iterable[str]) -> None:
        """A host by any name that is this machine is `loopback`: a line in the hosts file makes no provider."""
        if any(is_loopback(address) for address in addresses):
            self.source = self.source.model_copy(update={"provider": LOOPBACK})


class WebhookAgent:
    """One conversation through a JSON interface."""

    def __init__(self, client: WebhookClient) -> None:
        self._client = client
        self._conversation_id = uuid.uuid4().hex
        self._is_started = False

    @property
    def source(self) -> Source:
        """The host, and what of its agent nobody tells."""
        return self._client.source

    async def complete(self, request: Request) -> Reply:
        """What the agent says to the user's last words, and which calls it tells of."""
        webhook = self._client.webhook
        await self._start(request.tally)
        said = [
            {"role": message.role, "content": message.content}
            for message in request.messages
            if message.role in ("user", "assistant")
        ]
        names = {"conversation_id": self._conversation_id, "message": said[-1]["content"], "messages": said}
        answer = await self._client.send(webhook, names, request.tally)
        text = compute(webhook.reply.text, {"answer": answer}, "reply.text")
        if not isinstance(text, str):
            raise ProviderFailure(f"`reply.text` is {type(text).__name__}, not text, in {_cut(answer)}")
        return Reply(text, reported=tuple(read_calls(webhook, answer)))

    async def end(self) -> None:
        """Tell the endpoint that the conversation is over."""
        stop = self._client.webhook.stop
        if stop is not None and self._is_started:
            await self._client.send(stop, {"conversation_id": self._conversation_id}, Tally())

    async def _start(self, tally: Tally) -> None:
        start = self._client.webhook.start
        if start is not None and not self._is_started:
            answer = await self._client.send(start, {"conversation_id": self._conversation_id}, tally)
            if start.conversation is not None:
                found = compute(start.conversation, {"answer": answer}, "start.conversation")
                if not isinstance(found, (str, int)) or isinstance(found, bool):
                    raise ProviderFailure(f"`start.conversation` is no id in {_cut(answer)}")
                self._conversation_id = str(found)
        self._is_started = True


def find_unseen(webhook: Webhook) -> tuple[Unseen, ...]:
    """What an interface does not tell of what its agent does."""
    call = webhook.reply.call
    if call is None:
        return ALL_UNSEEN
    missing: list[Unseen] = ["outcomes"] if call.outcome is None else []
    if call.result is None:
        missing.append("results")
    return (*missing, "state")


def read_calls(webhook: Webhook, answer: Any) -> Iterable[ToolCall]:
    """The calls that an answer tells of.

    Raises:
        ProviderFailure: they are told otherwise than described; what cannot be read was not none.
    """
    reading, form = webhook.reply.calls, webhook.reply.call
    if reading is None or form is None:
        return
    calls = compute(reading, {"answer": answer}, "reply.calls")
    if not isinstance(calls, list):
        raise ProviderFailure(f"`reply.calls` is {type(calls).__name__}, not a list, in {_cut(answer)}")
    for item in calls:
        names = {"call": item}
        try:
            arguments = compute(form.arguments, names, "reply.call.arguments")
            arguments = json.loads(arguments) if isinstance(arguments, str) else arguments
            yield ToolCall(
                operation=str(compute(form.operation, names, "reply.call.operation")).replace("__", ".", 1),
                arguments=arguments if arguments is not None else {},
                outcome=str(compute(form.outcome, names, "reply.call.outcome")) if form.outcome else UNKNOWN_OUTCOME,
                result=compute(form.result, names, "reply.call.result") if form.result else None,
                reply=1,
            )
        except NONSENSE as error:
            raise ProviderFailure(f"a call is told otherwise than described, in {_cut(item)} ({error})") from None


def compute(value: object, names: Mapping[str, object], where: str) -> Any:
    """The value with its expressions evaluated.

    Raises:
        ProviderFailure: one of them cannot be.
    """
    try:
        return evaluate(value, names)
    except TemplateProblem as problem:
        raise ProviderFailure(f"`{where}`: {problem.message}, in {_cut(next(iter(names.values()), None))}") from None


def _cut(value: object) -> str:
    text = hide_secrets(json.dumps(value, ensure_ascii=False))
    return text if len(text) <= 200 else f"{text[:200]} …"  # noqa: PLR2004  # of a few lines
