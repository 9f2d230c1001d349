from __future__ import annotations

import asyncio
from pathlib import Path

from kiwerk.load.project import load_project
from kiwerk.pipeline.models import OpenAIAccess
from kiwerk.record import Conversation, Transcript
from kiwerk.render.bundle import Rendered, render_agent
from kiwerk.render.situation import find_situations
from kiwerk.run.loop import run_conversation
from tests.support.example import write_example
from tests.support.openai_server import serve

FREE = "2026-12-01T14:30"
BOOKING = {"beginn": FREE, "name": "Erika Beispiel", "telefon": "03023125042"}


def hold(root: Path, base_url: str) -> Transcript:
    project = load_project(root)
    situation = next(find_situations(project))
    rendered = render_agent(project, project.agents["praxis-weber/empfang"])
    assert isinstance(rendered, Rendered)
    conversation = Conversation(
        agent=rendered.agent.id, case=situation.id, origin="model", subject=rendered.ships, stimulus=situation.stimulus
    )

    async def run() -> Transcript:
        async with OpenAIAccess(base_url, None, stream=True).open() as models:
            return await run_conversation(
                rendered.bundle, situation, models.agent(rendered.bundle, conversation), conversation
            )

    return asyncio.run(run())


def test_calls_made_together_arrive_in_pieces_and_are_all_answered(tmp_path: Path) -> None:
    root = write_example(tmp_path)
    user = next(find_situations(load_project(root))).user_turns[0]
    together = [
        {"name": "kalender__pruefen", "arguments": {"beginn": FREE}},
        {"name": "kalender__buchen", "arguments": "{kein JSON"},
        {"name": "kalender__buchen", "arguments": BOOKING},
    ]
    steps = [
        {"say": "Einen Moment.", "call": together, "gap": 0.02},
        {"say": "Gebucht für Frau Müßig.", "bytes": 3, "faults": [{"dropped": True, "after": 2}]},
        {"say": "Gern geschehen."},
    ]
    # the server refuses a request in which a call lacks its answer
    with serve({"playbooks": [{"user": user, "steps": steps}]}) as server:
        transcript = hold(root, server.base_url)
        requests = len(server.requests)
    assert transcript.error is None
    turn = transcript.agent_turns[0]
    assert turn.text == "Einen Moment.\nGebucht für Frau Müßig."
    assert [(call.operation, call.outcome, call.reply) for call in turn.calls] == [
        ("kalender.pruefen", "frei", 1),
        ("kalender.buchen", "error", 1),
        ("kalender.buchen", "ok", 1),
    ]
    assert (turn.attempts, requests) == (3, 4)
    assert turn.first_token_seconds is not None
    assert turn.latency_seconds is not None
    assert 0 < turn.first_token_seconds < turn.latency_seconds
