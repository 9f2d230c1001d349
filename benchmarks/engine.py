"""How fast `kiwerk eval` holds, stores and scores conversations with a model that answers after 50 ms.

    python -m benchmarks.engine [--cases 100 1000] [--in-flight 4 32 128] [--rounds 3] [--stream]

A server in a process of its own gives every request the same answer after 50 ms. Each round asks it first with a bare
aiohttp client that sends the same requests and parses the answers, and then with the engine: one turn a case, two
expectations, every transcript stored and scored. The engine begins with its usual 16 places, the client with all; each
runs in a process of its own. With --stream both ask for the answer in pieces, which the server sends word by word
within the 50 ms. The time is that of `evaluate`: not of imports, and not of reading the repository.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import os
import resource
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from statistics import median
from typing import TYPE_CHECKING, Any, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterator

ANSWER_SECONDS = 0.05
CASES_IN_A_SUITE = 500
"""A file has room for about a thousand."""
_REPLY: dict[str, Any] = {
    "id": "chatcmpl-0",
    "object": "chat.completion",
    "created": 0,
    "model": "mistral-small-2506",
    "choices": [
        {
            "index": 0,
            "message": {"role": "assistant", "content": "Wir haben montags bis freitags von 8 bis 17 Uhr geöffnet."},
            "finish_reason": "stop",
        }
    ],
    "usage": {"prompt_tokens": 300, "completion_tokens": 20, "total_tokens": 320},
}
_FILES = {
    "agents/environments/staging.yaml": "kind: Environment\nallowed_regions: [eu]\npolicy: standard\n",
    "agents/firma/organization.yaml": """\
kind: Organization
title: Firma Muster
timezone: Europe/Berlin
people:
  inhaberin: {name: Maria Muster, deputy: buero, escalation: true}
  buero: {name: Bernd Beispiel}
processors:
  mistral: {region: eu, contract: 2026-01-02}
phrases:
  begruessung: "Firma Muster, guten Tag. Sie sprechen mit dem KI-Assistenten."
""",
    "agents/firma/telefon.yaml": """\
kind: Agent
title: Telefonassistent
owner: inhaberin
channel: phone
language: de
address: sie
model: {name: "mistral:mistral-small-2506", temperature: 0.2}
scope: {in: [Öffnungszeiten], out: [Preiszusagen]}
opening: begruessung
prompt: |
  Sie sind der Telefonassistent der Firma Muster. Sie nennen die Öffnungszeiten und sonst nichts.
  Antworten Sie in einem Satz, in der Sie-Form, und erfinden Sie nichts.
""",
    "evals/standard.yaml": """\
kind: Policy
repeats: {critical: 1, other: 1}
rules:
  - {id: gesamt, require: {pass_rate: {min: 0.9}}}
  - {id: herkunft, require: {samples: {origin: model, providers: [loopback], max_age: 14d}}}
""",
}


class Figures(NamedTuple):
    """What one process took."""

    seconds: float
    cpu_seconds: float
    megabytes: float


def write_repository(root: Path, cases: int) -> None:
    """One agent without tools, and suites of cases with one turn and two expectations each."""
    suites = {
        f"evals/firma/telefon-{number:02}.yaml": _write_suite(range(start, min(start + CASES_IN_A_SUITE, cases)))
        for number, start in enumerate(range(0, cases, CASES_IN_A_SUITE))
    }
    for name, text in {**_FILES, **suites}.items():
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, "utf-8")


def _write_suite(numbers: range) -> str:
    cases = (
        f"""\
  - id: zeiten-{number:05}
    tags: [alltag]
    conversation:
      - user: Guten Tag, hier ist Kunde {number}. Wann haben Sie geöffnet?
    expect:
      - contains: 17 Uhr
      - address: sie
"""
        for number in numbers
    )
    return "".join(("kind: Suite\nagent: telefon\ngiven: {now: 2026-11-27T10:00}\ncases:\n", *cases))


async def _serve() -> None:
    from aiohttp import web

    body = json.dumps(_REPLY).encode()

    events = list(_split_reply())

    async def answer(request: web.Request) -> web.StreamResponse:
        if (await request.json()).get("stream"):
            response = web.StreamResponse(headers={"Content-Type": "text/event-stream"})
            await response.prepare(request)
            for event in events:
                await asyncio.sleep(ANSWER_SECONDS / len(events))
                await response.write(event)
            return response
        await asyncio.sleep(ANSWER_SECONDS)
        return web.Response(body=body, content_type="application/json")

    app = web.Application()
    app.router.add_post("/v1/chat/completions", answer)
    runner = web.AppRunner(app, access_log=None)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0, backlog=1024).start()
    print(f"http://127.0.0.1:{runner.addresses[0][1]}/v1", flush=True)
    await asyncio.Event().wait()


def _split_reply() -> Iterator[bytes]:
    """The answer as events, one a word."""
    [choice] = _REPLY["choices"]
    words = choice["message"]["content"].split()
    deltas = [{"content": word + (" " if number < len(words) else "")} for number, word in enumerate(words, 1)]
    choices: list[dict[str, Any]] = [{"index": 0, "delta": delta, "finish_reason": None} for delta in deltas]
    choices.append({"index": 0, "delta": {}, "finish_reason": "stop"})
    for part in choices:
        yield b"data: " + json.dumps({**_REPLY, "choices": [part], "usage": None}).encode() + b"\n\n"
    yield b"data: " + json.dumps({**_REPLY, "choices": []}).encode() + b"\n\ndata: [DONE]\n\n"


def _run_engine(root: Path, url: str, in_flight: int, *, stream: bool) -> int:
    """Hold every case of a repository; conversations finished."""
    import kiwerk.providers.openai  # noqa: F401  # not part of the time, as in the bare client
    from kiwerk.pipeline.evaluate import evaluate
    from kiwerk.pipeline.models import OpenAIAccess
    from kiwerk.pipeline.plan import Wish, plan_run
    from kiwerk.pipeline.workspace import must_prepare

    workspace = must_prepare(root, datetime(2026, 11, 27, tzinfo=UTC))
    planning = plan_run(workspace, Wish(access=OpenAIAccess(url, None, in_flight, stream)))
    begin, used = time.perf_counter(), time.process_time()
    evaluation = evaluate(workspace, planning, fresh=True)
    _tell(begin, used)
    return sum(result.status == "passed" for result in evaluation.run.results)


async def _ask_bare(root: Path, url: str, in_flight: int, *, stream: bool) -> int:
    """Send the engine's requests without the engine; answers parsed."""
    import aiohttp

    from kiwerk.pipeline.workspace import must_prepare
    from kiwerk.providers.completion import request_body
    from kiwerk.providers.protocol import Message, Request
    from kiwerk.run.loop import fill_prompt

    workspace = must_prepare(root, datetime(2026, 11, 27, tzinfo=UTC))
    bundle = workspace.agents["firma/telefon"].bundle
    opening = (Message("system", fill_prompt(bundle, {})), Message("assistant", bundle.opening or ""))
    bodies = iter(
        [
            request_body(Request((*opening, Message("user", text)), bundle.tools, bundle.model))
            for _, situation in workspace.cases
            for text in situation.user_turns
        ]
    )
    option = {"stream": True, "stream_options": {"include_usage": True}} if stream else {}
    answers: list[Any] = []

    async def ask(session: aiohttp.ClientSession) -> None:
        for body in bodies:
            async with session.post(f"{url}/chat/completions", json={**body, **option}) as response:
                if stream:
                    lines = [line async for line in response.content if line.startswith(b"data: {")]
                    answers.append([json.loads(line[6:])["choices"] for line in lines])
                else:
                    answers.append((await response.json())["choices"][0]["message"]["content"])

    begin, used = time.perf_counter(), time.process_time()
    async with aiohttp.ClientSession(connector=aiohttp.TCPConnector(limit=0)) as session:
        await asyncio.gather(*(ask(session) for _ in range(in_flight)))
    _tell(begin, used)
    return len(answers)


def _tell(begin: float, used: float) -> None:
    factor = 1 if sys.platform == "darwin" else 1024
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * factor / 1024**2
    print(json.dumps([time.perf_counter() - begin, time.process_time() - used, memory]))


def measure(part: str, root: Path, url: str, in_flight: int, *, stream: bool) -> Figures:
    """One measurement in a process of its own.

    Raises:
        subprocess.CalledProcessError: it failed, or not every case passed.
    """
    shutil.rmtree(root / ".kiwerk", ignore_errors=True)
    command = [sys.executable, "-m", "benchmarks.engine", "--part", part, "--root", str(root), "--url", url]
    command += ["--in-flight", str(in_flight), *(["--stream"] if stream else [])]
    result = subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True)
    return Figures(*json.loads(result.stdout))


def format_line(cases: int, in_flight: int, rounds: list[tuple[Figures, Figures]]) -> str:
    """Medians of the rounds; the ratio is the median of each round's own."""
    bare, engine = (
        Figures(*(median(column) for column in zip(*side, strict=True))) for side in zip(*rounds, strict=True)
    )
    ratio = median(one.seconds / other.seconds for one, other in rounds)
    of_cpu = f"{bare.cpu_seconds / cases * 1000:9.2f}{engine.cpu_seconds / cases * 1000:9.2f}"
    rates = f"{cases / bare.seconds:9.0f}{cases / engine.seconds:9.0f}{ratio:8.2f}"
    return f"{cases:6}{in_flight:11}{rates}{of_cpu}{engine.megabytes:7.0f}"


def main() -> None:
    """Measure from the command line."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--cases", type=int, nargs="+", default=[100, 1000])
    parser.add_argument("--in-flight", type=int, nargs="+", default=[4, 32, 128])
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--stream", action="store_true")
    parser.add_argument("--part", choices=["server", "bare", "engine"], help=argparse.SUPPRESS)
    parser.add_argument("--root", type=Path, help=argparse.SUPPRESS)
    parser.add_argument("--url", help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.part == "server":
        asyncio.run(_serve())
    elif options.part:
        [in_flight], root, url = options.in_flight, options.root, options.url
        if options.part == "bare":
            done = asyncio.run(_ask_bare(root, url, in_flight, stream=options.stream))
        else:
            done = _run_engine(root, url, in_flight, stream=options.stream)
        expected = sum(path.read_text("utf-8").count("- id:") for path in root.glob("evals/firma/*.yaml"))
        if done != expected:
            raise SystemExit(f"{done} of {expected} cases came to their end")
    else:
        measure_all(options.cases, options.in_flight, options.rounds, stream=options.stream)


def measure_all(numbers: list[int], in_flight: list[int], rounds: int, *, stream: bool) -> None:
    """Print one line for every number of cases and of requests in flight."""
    asked = f"--cases {' '.join(map(str, numbers))} --in-flight {' '.join(map(str, in_flight))} --rounds {rounds}"
    asked += " --stream" if stream else ""
    print(f"$ python -m benchmarks.engine {asked}")
    load = os.getloadavg()[0]
    print(f"{os.cpu_count()} cores, load average {load:.1f} at the start, Python {sys.version[:6]}")
    print(f"{'':17}{'answers a second':>18}{'':8}{'CPU ms an answer':>18}{'engine':>7}")
    print(f"{'cases':>6}{'in flight':>11}{'bare':>9}{'engine':>9}{'ratio':>8}{'bare':>9}{'engine':>9}{'MiB':>7}")
    with serve_apart() as url:
        for cases in numbers:
            with tempfile.TemporaryDirectory() as folder:
                write_repository(Path(folder), cases)
                for places in in_flight:
                    found = [
                        (
                            measure("bare", Path(folder), url, places, stream=stream),
                            measure("engine", Path(folder), url, places, stream=stream),
                        )
                        for _ in range(rounds)
                    ]
                    print(format_line(cases, places, found), flush=True)


@contextmanager
def serve_apart() -> Iterator[str]:
    """The address of a server in a process of its own."""
    command = [sys.executable, "-m", "benchmarks.engine", "--part", "server"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as server:
        try:
            yield server.stdout.readline().strip() if server.stdout else ""
        finally:
            server.terminate()


if __name__ == "__main__":
    main()
