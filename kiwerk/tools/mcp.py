"""The tools of a live MCP server, over stdio or streamable HTTP, through the official SDK.

Specification: https://modelcontextprotocol.io/specification (tools/list and its pagination). Whatever the server does,
this ends within the time given, and a process that was started is gone.
"""

from __future__ import annotations

import asyncio
import logging
import tempfile
from contextlib import AsyncExitStack, contextmanager
from dataclasses import dataclass, field
from http import HTTPStatus
from typing import TYPE_CHECKING, Any, TextIO

from kiwerk.errors import KiwerkError
from kiwerk.tools.offer import Offer

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    import httpx2
    from mcp import Client

MOST_TOOLS = 1000
"""A server with more has a paginator that never ends; no model could choose among them."""
_MOST_PAGES = 1000
_LAST_LINES = 3
"""Of a process's standard error, shown when it fails."""
_LONGEST_WORDS = 400


@dataclass(frozen=True, slots=True)
class Process:
    """A server that is started, and spoken to through its standard input and output."""

    command: tuple[str, ...]
    variables: Mapping[str, str] = field(default_factory=dict)
    """Of the environment, beside the few that every program needs."""

    @property
    def shown(self) -> str:
        """How messages name it: arguments may hold what is nobody's business."""
        return self.command[0]


@dataclass(frozen=True, slots=True)
class Address:
    """A server that is reached over HTTP."""

    url: str
    headers: Mapping[str, str] = field(default_factory=dict)

    @property
    def shown(self) -> str:
        """How messages name it, without what may be a secret in its query."""
        return self.url.partition("?")[0]


@dataclass(slots=True)
class _Wire:
    """What was noticed of the server beside its answers."""

    said: TextIO
    """Standard error of a process."""
    status: int = 0
    """Of the last answer over HTTP that was an error."""

    async def note(self, response: httpx2.Response) -> None:
        if response.status_code >= HTTPStatus.BAD_REQUEST:
            self.status = response.status_code

    def last_words(self) -> str:
        """The last lines of standard error, on one line."""
        self.said.seek(0)
        lines = [" ".join(line.split()) for line in self.said.read()[-5000:].splitlines() if line.strip()]
        return " | ".join(lines[-_LAST_LINES:])[:_LONGEST_WORDS]


def load_offers(server: Process | Address, timeout_seconds: float) -> tuple[Offer, ...]:
    """Every tool that a server offers, in its order.

    Raises:
        KiwerkError: there is no SDK, or no server; it died, answered nonsense, or not in time.
    """
    try:
        import mcp  # noqa: F401  # an extra
    except ImportError as error:
        message = f"Speaking to MCP servers needs a package that is not installed: {error.name}"
        raise KiwerkError(message, remedy="Install it with `pip install 'kiwerk[mcp]'`") from None
    with tempfile.TemporaryFile("w+", encoding="utf-8", errors="replace") as said, _quiet():
        wire = _Wire(said)
        try:
            return asyncio.run(_load(server, timeout_seconds, wire))
        except Exception as error:  # noqa: BLE001  # whatever it is, the server is at the other end of it
            raise _describe(error, server, timeout_seconds, wire) from None


async def _load(server: Process | Address, timeout_seconds: float, wire: _Wire) -> tuple[Offer, ...]:
    from mcp import Client

    async with asyncio.timeout(timeout_seconds), AsyncExitStack() as stack:
        transport = await _open(server, timeout_seconds, wire, stack)
        client = await stack.enter_async_context(Client(transport, cache=None))
        if client.server_capabilities.tools is None:
            message = "The server offers no tools"
            raise KiwerkError(message, path=server.shown, remedy="Name the server that the agent's operations are on")
        return await _list(client, server)


async def _open(server: Process | Address, timeout_seconds: float, wire: _Wire, stack: AsyncExitStack) -> Any:
    if isinstance(server, Process):
        from mcp.client.stdio import StdioServerParameters, stdio_client

        [command, *arguments] = server.command
        parameters = StdioServerParameters(command=command, args=arguments, env=dict(server.variables))
        return stdio_client(parameters, errlog=wire.said)
    import httpx2
    from mcp.client.streamable_http import streamable_http_client

    client = httpx2.AsyncClient(
        headers=dict(server.headers), timeout=timeout_seconds, event_hooks={"response": [wire.note]}
    )
    return streamable_http_client(server.url, http_client=await stack.enter_async_context(client))


async def _list(client: Client, server: Process | Address) -> tuple[Offer, ...]:
    offers: list[Offer] = []
    cursor: str | None = None
    for _ in range(_MOST_PAGES):
        page = await client.list_tools(cursor=cursor)
        for tool in page.tools:
            hints = tool.annotations
            reads_only = hints.read_only_hint if hints else None
            # the specification's order of names for people
            description = tool.description or tool.title or (hints.title if hints else None) or ""
            offers.append(Offer(tool.name, description, tool.input_schema, reads_only))
        cursor = page.next_cursor
        if cursor is None:
            return tuple(offers)
        if len(offers) > MOST_TOOLS:
            break
    message = f"The server's list of tools has no end: {len(offers)} so far"
    raise KiwerkError(message, path=server.shown, remedy="Look at how the server answers tools/list with a cursor")


def _describe(error: Exception, server: Process | Address, timeout_seconds: float, wire: _Wire) -> KiwerkError:
    """What went wrong, in the words of a person."""
    while isinstance(error, ExceptionGroup):
        error = error.exceptions[0]
    if isinstance(error, KiwerkError):
        return error
    message, remedy = _explain(error, server, wire), "See whether another client can speak to it"
    if isinstance(error, TimeoutError):
        message = f"The server did not answer within {timeout_seconds:g} seconds"
        remedy = "Give it longer with --timeout, or see what it waits for"
    elif wire.status in (HTTPStatus.UNAUTHORIZED, HTTPStatus.FORBIDDEN):
        message = f"The server refused the credential ({wire.status})"
        remedy = "Name the header and the variable that holds its value: --header Authorization=MY_TOKEN"
    elif isinstance(error, OSError) and isinstance(server, Process):
        message = f"The server cannot be started: {(error.strerror or 'unknown reason').lower()}"
        remedy = "Name a program that is there, with its arguments, as one text: --command 'python server.py'"
    words = wire.last_words()
    shown = f"{message}; it said: {words}" if words else message
    for secret in server.variables.values() if isinstance(server, Process) else server.headers.values():
        shown = shown.replace(secret, "***") if secret else shown
    return KiwerkError(shown, path=server.shown, remedy=remedy)


def _explain(error: Exception, server: Process | Address, wire: _Wire) -> str:
    from mcp.shared.exceptions import MCPError
    from pydantic import ValidationError

    if isinstance(error, ValidationError):
        first = error.errors()[0]
        return f"The server's answer is not what MCP says: {'.'.join(map(str, first['loc']))}: {first['msg']}"
    words = " ".join(str(error).split())[:_LONGEST_WORDS] or type(error).__name__
    if isinstance(error, MCPError) and isinstance(server, Process) and words == "Connection closed":
        return "The server ended before it had answered"
    status = f" ({wire.status})" if wire.status else ""
    return (
        f"The server answers with an error{status}: {words}"
        if isinstance(error, MCPError)
        else (f"The server cannot be reached: {words}")
    )


@contextmanager
def _quiet() -> Iterator[None]:
    """The SDK logs tracebacks of what is told here in a sentence."""
    logger = logging.getLogger("mcp")
    before = logger.propagate
    handler = logging.NullHandler()
    logger.propagate = False
    logger.addHandler(handler)
    try:
        yield
    finally:
        logger.removeHandler(handler)
        logger.propagate = before
