"""A small server of pages for this machine alone.

It listens on loopback at a port of the system's choice. Whoever reaches it under another name is refused: a page from
elsewhere whose name was turned to this machine (DNS rebinding) reads nothing.
"""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from typing import TYPE_CHECKING

from aiohttp import web

from kiwerk.errors import KiwerkError

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Mapping

    Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]

_ADDRESS = "127.0.0.1"
_NAMES = (_ADDRESS, "localhost")
_HEADERS = {
    "Cache-Control": "no-store",
    "Cross-Origin-Resource-Policy": "same-origin",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
}


@dataclass(frozen=True, slots=True)
class Answer:
    """What is found at an address."""

    kind: str
    """`text/html` or `application/json`."""
    render: Callable[[Mapping[str, str]], str]
    """Makes it of what the address asks for; a `KiwerkError` means that there is no such thing."""


def serve(answers: Mapping[str, Answer], announce: Callable[[str], None]) -> None:
    """Serve until Ctrl-C.

    Args:
        answers: what is found at each path.
        announce: told the address once it can be asked.

    Raises:
        KiwerkError: this machine lets nobody listen.
    """
    try:
        asyncio.run(_serve(answers, announce))
    except KeyboardInterrupt:
        # the way in which it is meant to end
        return


async def _serve(answers: Mapping[str, Answer], announce: Callable[[str], None]) -> None:
    application, turn = web.Application(middlewares=[_guard]), asyncio.Lock()
    for path, answer in answers.items():
        application.router.add_get(path, _handler(answer, turn))
    runner = web.AppRunner(application, access_log=None, shutdown_timeout=1)
    await runner.setup()
    try:
        site = web.TCPSite(runner, _ADDRESS, 0)
        try:
            await site.start()
        except OSError as error:
            raise KiwerkError(f"Nobody may listen here: {(error.strerror or 'unknown reason').lower()}") from error
        announce(f"http://{_ADDRESS}:{runner.addresses[0][1]}/")
        await asyncio.Event().wait()
    finally:
        await runner.cleanup()


@web.middleware
async def _guard(request: web.Request, handler: Handler) -> web.StreamResponse:
    """Refuses whoever asks for another machine."""
    transport = request.transport
    port = transport.get_extra_info("sockname")[1] if transport else None
    if request.headers.get("Host") not in {f"{name}:{port}" for name in _NAMES}:
        return web.Response(status=421, text="This server speaks for this machine alone", headers=_HEADERS)
    return await handler(request)


def _handler(answer: Answer, turn: asyncio.Lock) -> Handler:
    async def handle(request: web.Request) -> web.StreamResponse:
        try:
            # it may read much: in a thread, so that Ctrl-C is heard, and one after the other
            async with turn:
                text = await asyncio.to_thread(answer.render, dict(request.query))
        except KiwerkError as error:
            return web.Response(status=404, text=str(error), headers=_HEADERS)
        return web.Response(text=text, content_type=answer.kind, headers=_HEADERS)

    return handle
