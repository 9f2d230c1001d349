"""A real MCP server, written with the official SDK, over stdio or streamable HTTP on loopback.

    python -m tests.support.mcp_server TOOLS.json [--http] [--page-size 2] [--token-in VARIABLE]

It offers the tools in a file, in pages, and asks for a token where it is told the variable that holds it: in the
header `X-Token` over HTTP, in its own environment over stdio. What servers do wrong it does on purpose:
`--hang` answers no list, `--die` ends at it, `--loop` gives the same cursor for ever, `--nonsense` writes what is no
message.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import os
import socket
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from subprocess import PIPE, Popen
from typing import Any

ROOT = Path(__file__).parents[2]


def make_server(options: argparse.Namespace) -> Any:
    import mcp_types as types
    from mcp.server.lowlevel.server import Server

    async def list_tools(_: Any, params: types.PaginatedRequestParams | None) -> types.ListToolsResult:
        if options.hang:
            await asyncio.sleep(3600)
        if options.die:
            print("the database is gone", file=sys.stderr, flush=True)
            os._exit(3)
        tools = [types.Tool.model_validate(tool) for tool in json.loads(options.tools.read_text("utf-8"))]
        start = int(params.cursor) if params and params.cursor else 0
        end = start + options.page_size
        following = str(end) if end < len(tools) else None
        return types.ListToolsResult(tools=tools[start:end], next_cursor="0" if options.loop else following)

    return Server("kalender", on_list_tools=list_tools)


async def serve_stdio(options: argparse.Namespace) -> None:
    from mcp.server.stdio import stdio_server

    if options.token_in and os.environ.get(options.token_in) != "geheim-4711":
        raise SystemExit(f"no token, only {os.environ.get(options.token_in)}")
    server = make_server(options)
    async with stdio_server() as (read, write):
        await server.run(read, write, server.create_initialization_options())


def serve_http(options: argparse.Namespace) -> None:
    import uvicorn
    from starlette.applications import Starlette
    from starlette.types import Receive, Scope, Send

    app: Starlette = make_server(options).streamable_http_app(host="127.0.0.1")

    async def guarded(scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http" and options.token_in:
            given = dict(scope["headers"]).get(b"x-token")
            if given != b"geheim-4711":
                await send({"type": "http.response.start", "status": 401, "headers": []})
                await send({"type": "http.response.body", "body": b"no token"})
                return
        await app(scope, receive, send)

    server = uvicorn.Server(uvicorn.Config(guarded, log_level="error"))

    with socket.socket() as listening:
        listening.bind(("127.0.0.1", 0))
        listening.listen()
        print(f"http://127.0.0.1:{listening.getsockname()[1]}/mcp", flush=True)
        asyncio.run(server.serve(sockets=[listening]))


@contextmanager
def http_server(tools: Path, *options: str) -> Iterator[str]:
    """The address of a server in a process of its own."""
    command = [*command_of(tools, *options), "--http"]
    with Popen(command, stdout=PIPE, text=True, cwd=ROOT) as process:
        try:
            assert process.stdout is not None
            yield process.stdout.readline().strip()
        finally:
            process.terminate()


def command_of(tools: Path, *options: str) -> Sequence[str]:
    """The command that starts a server, from whatever folder."""
    return [sys.executable, str(Path(__file__)), str(tools), *options]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("tools", type=Path)
    parser.add_argument("--http", action="store_true")
    parser.add_argument("--page-size", type=int, default=100)
    parser.add_argument("--token-in", metavar="VARIABLE")
    for fault in ("hang", "die", "loop", "nonsense"):
        parser.add_argument(f"--{fault}", action="store_true")
    options = parser.parse_args()
    if options.nonsense:
        print("Willkommen beim Kalender!", flush=True)
        for line in sys.stdin:
            request = json.loads(line)
            if "id" in request:
                answer = {"jsonrpc": "2.0", "id": request["id"], "result": {"tools": 7, "protocolVersion": 1}}
                print(json.dumps(answer), flush=True)
    elif options.http:
        serve_http(options)
    else:
        asyncio.run(serve_stdio(options))


if __name__ == "__main__":
    main()
