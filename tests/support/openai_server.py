"""A scripted model behind OpenAI's chat-completions interface, over real HTTP on 127.0.0.1.

A script holds playbooks. The text of the first user message chooses the playbook, and the number of assistant messages
after it chooses the step. So an answer depends on nothing but the request: any number of conversations may run at once.

    {"playbooks": [{"user": "Guten Tag, einen Termin bitte.",
                    "steps": [{"call": [{"name": "kalender__pruefen", "arguments": {"beginn": "2026-12-01T14:30"}}]},
                              {"say": "14:30 Uhr ist frei.", "faults": [{"status": 429, "retry_after": 1}]}]}],
     "faults": [{"status": 401, "times": null}],
     "api_key": "the only key that is let in", "reported_model": "the name answered instead of the one asked for",
     "refuses": ["fields of a request it does not know, as Mistral says it"]}

A playbook may also name a part of the system message (`system`), and in place of the first user message a part of it
(`within`). A fault takes the place of an answer, `times` times
(1 unless told, null for ever), in the order written: `status` with `retry_after` seconds, `"truncated": true` for half
a body, `"dropped": true` for a closed connection, `delay` seconds before what comes next. Faults of the script come
before those of a step. `arguments` may be a string, and is then sent as it is, valid JSON or not. Of `says`, in place
of `say`, every request gets the next text, and the last one over and over.

A request with `stream` is answered by server-sent events. A step may say how: `bytes` in one piece instead of an event,
`gap` seconds before each event and the end, `"noise": true` for comments and other fields between them,
`"plain": true` for an answer in one piece all the same. A fault with `after` comes after so many events: `truncated`
and `dropped` as above, `error` as an event of its own (a mapping).

In a test: `with serve(script) as server:` and `server.base_url`. As a process of its own, which prints the base URL:
`python -m tests.support.openai_server --script FILE.json --port 0`. GET /requests lists what was asked.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import threading
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from aiohttp import web

from tests.support.openai_request import RefusedRequestError, check_body
from tests.support.openai_stream import NOISE, format_event, format_events

SCRIPT_KEYS = {"playbooks", "faults", "api_key", "reported_model", "refuses"}
PLAYBOOK_KEYS = {"user", "within", "system", "steps"}
STEP_KEYS = {"call", "say", "says", "faults", "bytes", "gap", "noise", "plain"}
FAULT_KEYS = {"status", "retry_after", "truncated", "dropped", "delay", "times", "after", "error"}

Script = Mapping[str, Any]
Playbook = dict[str, Any]


def playbook_from_reference(user_texts: Sequence[str], reference: Sequence[Mapping[str, Any]]) -> Playbook:
    """The playbook of a model that behaves as a case's reference: one step for each call, in order, then the text."""
    steps: list[dict[str, Any]] = []
    for entry in reference:
        for call in entry.get("call", ()):
            for operation, arguments in call.items():
                steps.append({"call": [{"name": operation.replace(".", "__"), "arguments": arguments}]})
        if "say" in entry:
            steps.append({"say": entry["say"]})
    return {"user": user_texts[0], "steps": steps}


@dataclass
class ScriptedServer:
    """A running server: its base URL and the requests it has seen, oldest first."""

    script: Script
    base_url: str = ""
    requests: list[dict[str, Any]] = field(default_factory=list)
    connections: set[Any] = field(default_factory=set)
    """Addresses that requests came from."""
    faults_used: Counter[int] = field(default_factory=Counter)
    said: Counter[int] = field(default_factory=Counter)

    def __post_init__(self) -> None:
        check_script(self.script)

    async def answer_completion(self, request: web.Request) -> web.StreamResponse:
        text = await request.text()
        if request.transport is not None:
            self.connections.add(request.transport.get_extra_info("peername"))
        self.requests.append({"path": request.path, "key": _read_key(request), "body": _parse_or_none(text)})
        try:
            if response := await self._apply_faults(request, self.script.get("faults", ()), None):
                return response
            self._check_key(request)
            body = check_body(_parse_or_none(text), self.script.get("refuses", ()))
            step = self._find_step(body)
            reply = format_reply(step, body, self.script.get("reported_model") or body["model"])
            if response := await self._apply_faults(request, step.get("faults", ()), reply):
                return response
            if body.get("stream") and not step.get("plain"):
                return await self._stream(request, step, reply, body)
            return web.json_response(reply)
        except RefusedRequestError as refused:
            return _error_response(refused.status, str(refused), refused.code)

    async def list_models(self, _request: web.Request) -> web.Response:
        name = self.script.get("reported_model") or "scripted"
        return web.json_response({"object": "list", "data": [{"id": name, "object": "model", "owned_by": "test"}]})

    async def list_requests(self, _request: web.Request) -> web.Response:
        return web.json_response(self.requests)

    def _check_key(self, request: web.Request) -> None:
        expected = self.script.get("api_key")
        if expected is not None and _read_key(request) != expected:
            raise RefusedRequestError("Incorrect API key provided.", 401, "invalid_api_key")

    def _find_step(self, body: Mapping[str, Any]) -> Mapping[str, Any]:
        messages = body["messages"]
        first = next((at for at, message in enumerate(messages) if message["role"] == "user"), None)
        if first is None:
            raise RefusedRequestError("No user message in the request.")
        asked = messages[first]["content"]
        system = "\n".join(message["content"] for message in messages if message["role"] in {"system", "developer"})
        for playbook in self.script["playbooks"]:
            said = playbook["within"] in asked if "within" in playbook else playbook["user"] == asked
            if said and playbook.get("system", "") in system:
                break
        else:
            raise RefusedRequestError(f"No playbook for a conversation that begins with: {asked!r}", code="no_playbook")
        taken = sum(message["role"] == "assistant" for message in messages[first:])
        if taken >= len(playbook["steps"]):
            raise RefusedRequestError(f"The playbook {asked!r} ends after {taken} steps.", code="playbook_ended")
        step: Mapping[str, Any] = playbook["steps"][taken]
        if says := step.get("says"):
            said = self.said[id(step)]
            self.said[id(step)] += 1
            return {**step, "say": says[min(said, len(says) - 1)]}
        return step

    async def _apply_faults(
        self, request: web.Request, faults: Sequence[Mapping[str, Any]], reply: Mapping[str, Any] | None
    ) -> web.StreamResponse | None:
        """The answer of the next unused fault; None where all are used or only waited."""
        for fault in faults:
            if "after" in fault or not self._use(fault):
                continue
            await asyncio.sleep(fault.get("delay", 0))
            if fault.get("dropped") and request.transport is not None:
                request.transport.close()
                return web.Response()
            if fault.get("truncated"):
                text = json.dumps(reply or {"id": "chatcmpl-0", "choices": []})
                return web.Response(text=text[: len(text) // 2], content_type="application/json")
            if "status" in fault:
                response = _error_response(fault["status"], "A scripted fault.", "scripted_fault")
                if "retry_after" in fault:
                    response.headers["Retry-After"] = str(fault["retry_after"])
                return response
        return None

    def _use(self, fault: Mapping[str, Any]) -> bool:
        """Whether it is still to be used; it is, then, once more."""
        times = fault.get("times", 1)
        if times is not None and self.faults_used[id(fault)] >= times:
            return False
        self.faults_used[id(fault)] += 1
        return True

    async def _stream(
        self, request: web.Request, step: Mapping[str, Any], reply: Mapping[str, Any], body: Mapping[str, Any]
    ) -> web.StreamResponse:
        events = format_events(reply, with_usage=bool((body.get("stream_options") or {}).get("include_usage")))
        fault = next((fault for fault in step.get("faults", ()) if "after" in fault and self._use(fault)), None)
        response = web.StreamResponse(headers={"Content-Type": "text/event-stream; charset=utf-8"})
        await response.prepare(request)
        sent = events[: fault["after"]] if fault else events
        if fault and "error" in fault:
            sent.append(format_event({"error": fault["error"]}))
        if size := step.get("bytes"):
            whole = b"".join(sent)
            sent = [whole[at : at + size] for at in range(0, len(whole), size)]
        for event in sent:
            await asyncio.sleep(step.get("gap", 0))
            await response.write(NOISE + event if step.get("noise") else event)
        if fault and fault.get("dropped") and request.transport is not None:
            request.transport.close()
        else:
            await asyncio.sleep(step.get("gap", 0))
            await response.write_eof()
        return response


def check_script(script: Script) -> None:
    """Refuses a script with a key that would be silently without effect, or with two playbooks for one conversation."""
    places = [(script, SCRIPT_KEYS, "script")]
    places += [(fault, FAULT_KEYS, "fault") for fault in script.get("faults", ())]
    for playbook in script["playbooks"]:
        places.append((playbook, PLAYBOOK_KEYS, "playbook"))
        for step in playbook["steps"]:
            places.append((step, STEP_KEYS, "step"))
            places += [(fault, FAULT_KEYS, "fault") for fault in step.get("faults", ())]
    for place, known, name in places:
        if unknown := set(place) - known:
            raise ValueError(f"unknown key in a {name}: {', '.join(sorted(unknown))}")
    begins = Counter(
        (playbook.get("user", playbook.get("within")), playbook.get("system")) for playbook in script["playbooks"]
    )
    if twice := [user for (user, _), count in begins.items() if count > 1]:
        raise ValueError(f"two playbooks begin with: {twice[0]!r}")


def format_reply(step: Mapping[str, Any], body: Mapping[str, Any], model: str) -> dict[str, Any]:
    """The chat completion that plays this step."""
    message: dict[str, Any] = {"role": "assistant", "content": step.get("say")}
    place = len(body["messages"])
    if calls := step.get("call"):
        message["tool_calls"] = [
            {"id": f"call_{place}_{at}", "type": "function", "function": _format_call(call)}
            for at, call in enumerate(calls)
        ]
    asked, answered = len(json.dumps(body["messages"])) // 4, len(json.dumps(message)) // 4
    return {
        "id": f"chatcmpl-{place}",
        "object": "chat.completion",
        "created": 0,
        "model": model,
        "choices": [{"index": 0, "message": message, "finish_reason": "tool_calls" if calls else "stop"}],
        "usage": {"prompt_tokens": asked, "completion_tokens": answered, "total_tokens": asked + answered},
    }


def _format_call(call: Mapping[str, Any]) -> dict[str, str]:
    arguments = call.get("arguments", {})
    text = arguments if isinstance(arguments, str) else json.dumps(arguments, ensure_ascii=False)
    return {"name": call["name"], "arguments": text}


def _error_response(status: int, message: str, code: str) -> web.Response:
    kind = "invalid_request_error" if status < 500 else "server_error"
    error = {"message": message, "type": kind, "param": None, "code": code}
    return web.json_response({"error": error}, status=status)


def _read_key(request: web.Request) -> str | None:
    scheme, _, key = request.headers.get("Authorization", "").partition(" ")
    return key if scheme == "Bearer" else None


def _parse_or_none(text: str) -> object:
    try:
        value: object = json.loads(text)
    except json.JSONDecodeError:
        return None
    return value


async def _serve_until(server: ScriptedServer, port: int, stop: asyncio.Event, ready: Callable[[], None]) -> None:
    app = web.Application(client_max_size=64 * 1024**2)
    app.router.add_post("/v1/chat/completions", server.answer_completion)
    app.router.add_get("/v1/models", server.list_models)
    app.router.add_get("/requests", server.list_requests)
    runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.1)
    await runner.setup()
    try:
        await web.TCPSite(runner, "127.0.0.1", port).start()
        server.base_url = f"http://127.0.0.1:{runner.addresses[0][1]}/v1"
        ready()
        await stop.wait()
    finally:
        await runner.cleanup()


@contextmanager
def serve(script: Script, port: int = 0) -> Iterator[ScriptedServer]:
    """A server on a port, by default a free one, in a thread of its own until the block ends."""
    server = ScriptedServer(script)
    loop = asyncio.new_event_loop()
    stop = asyncio.Event()
    ready = threading.Event()

    def run() -> None:
        try:
            with asyncio.Runner(loop_factory=lambda: loop) as runner:  # its end cancels what is still waiting
                runner.run(_serve_until(server, port, stop, ready.set))
        finally:
            ready.set()

    thread = threading.Thread(target=run, name="scripted model", daemon=True)
    thread.start()
    ready.wait()
    try:
        if not server.base_url:
            raise RuntimeError("the scripted model did not start")
        yield server
    finally:
        if thread.is_alive():
            loop.call_soon_threadsafe(stop.set)
            thread.join()


def main() -> None:
    """Serves a script until the process is ended; the base URL is the first line of the output."""
    parser = argparse.ArgumentParser(description=main.__doc__)
    parser.add_argument("--script", type=Path, required=True)
    parser.add_argument("--port", type=int, default=0)
    options = parser.parse_args()
    server = ScriptedServer(json.loads(options.script.read_text(encoding="utf-8")))

    asyncio.run(_serve_until(server, options.port, asyncio.Event(), lambda: print(server.base_url, flush=True)))


if __name__ == "__main__":
    main()
