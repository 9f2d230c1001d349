"""An HTTP server on 127.0.0.1 that gives fixed answers in turn, whatever is asked, and keeps what was."""

from __future__ import annotations

import asyncio
import json
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from aiohttp import web


@dataclass(frozen=True)
class Answer:
    """One answer; the connection is closed without one where it is `dropped`."""

    body: Any = None
    """JSON, or text as it is."""
    status: int = 200
    headers: Mapping[str, str] = field(default_factory=dict)
    dropped: bool = False
    delay: float = 0


@dataclass
class Asked:
    """One request."""

    method: str
    path: str
    headers: Mapping[str, str]
    body: Any


@dataclass
class Server:
    """A running server."""

    answers: tuple[Answer, ...]
    """The last one for ever."""
    url: str = ""
    asked: list[Asked] = field(default_factory=list)

    async def handle(self, request: web.Request) -> web.StreamResponse:
        data = await request.read()
        try:
            body = json.loads(data) if data else None
        except ValueError:
            body = data.decode()
        # by what came over the wire, not by what could be read of it
        self.asked.append(Asked(request.method, request.path_qs, dict(request.headers), body))
        answer = self.answers[min(len(self.asked), len(self.answers)) - 1]
        await asyncio.sleep(answer.delay)
        if answer.dropped:
            assert request.transport is not None
            request.transport.close()
        text = answer.body if isinstance(answer.body, str) else json.dumps(answer.body)
        return web.Response(
            text=text, status=answer.status, headers=dict(answer.headers), content_type="application/json"
        )


@contextmanager
def serve_answers(*answers: Answer) -> Iterator[Server]:
    """The server, until the end of the block."""
    server = Server(answers)
    loop = asyncio.new_event_loop()
    started = threading.Event()

    async def start() -> web.AppRunner:
        app = web.Application()
        app.router.add_route("*", "/{path:.*}", server.handle)
        runner = web.AppRunner(app, access_log=None)
        await runner.setup()
        await web.TCPSite(runner, "127.0.0.1", 0).start()
        server.url = f"http://127.0.0.1:{runner.addresses[0][1]}"
        return runner

    def run() -> None:
        asyncio.set_event_loop(loop)
        runner = loop.run_until_complete(start())
        started.set()
        loop.run_forever()
        loop.run_until_complete(runner.cleanup())
        loop.close()

    thread = threading.Thread(target=run, daemon=True)
    thread.start()
    assert started.wait(10)
    try:
        yield server
    finally:
        loop.call_soon_threadsafe(loop.stop)
        thread.join(10)
