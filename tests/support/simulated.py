"""Conversations of the example's simulated case with scripted models, over real HTTP."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import yaml

from kiwerk.load.project import load_project
from kiwerk.providers.openai import OpenAIProvider
from kiwerk.record import Conversation, Transcript
from kiwerk.render.bundle import Rendered, render_agent
from kiwerk.render.situation import find_situations
from kiwerk.run.loop import run_conversation
from kiwerk.run.simulated import open_user
from tests.support.loop import SIMULATED_CASES
from tests.support.openai_server import playbook_from_reference, serve

OPENING = "Praxis Dr. Weber, guten Tag. Sie sprechen mit der KI-Assistentin der Praxis."
ROLE = "Dein Anliegen: Termin am Montag um neun"
"""What stands in the system message of the model that plays the user of the example, and in no other."""
_TURNS = yaml.safe_load(SIMULATED_CASES.read_text(encoding="utf-8"))["praxis-weber/empfang#eiliger-anrufer"]
AGENT: list[dict[str, Any]] = [{key: turn[key] for key in ("call", "say") if key in turn} for turn in _TURNS]
"""What a good agent does in the example's simulated case."""
USER: list[str] = [turn["user"] for turn in _TURNS]
"""What a good user says to it."""


def play(user: Sequence[Any], agent: Sequence[dict[str, Any]] = AGENT) -> list[dict[str, Any]]:
    """Playbooks of a user and an agent; an answer of the user is a text, or a whole step."""
    steps = [step if isinstance(step, dict) else {"say": step} for step in user]
    said = [str(step.get("say", step.get("says", [""])[-1])) for step in steps[:1]]
    first = "".join(said).replace("[[done]]", "").strip()
    books = [{"user": OPENING, "system": ROLE, "steps": steps}]
    return [*books, playbook_from_reference([first], agent)] if agent else books


def converse(root: Path, user: Sequence[Any], agent: Sequence[dict[str, Any]] = AGENT, **more: Any) -> Transcript:
    """The example's simulated case between two scripted models, and what came of it."""
    project = load_project(root)
    assert project.findings == ()
    rendered = render_agent(project, project.agents["praxis-weber/empfang"])
    assert isinstance(rendered, Rendered)
    situation = next(item for item in find_situations(project) if item.case.simulate)
    conversation = Conversation(
        agent=rendered.agent.id,
        case=situation.id,
        origin="model",
        subject=rendered.ships,
        stimulus=situation.stimulus,
    )

    async def hold(base_url: str) -> Transcript:
        async with OpenAIProvider(base_url, None) as model:
            someone = open_user(situation, model)
            return await run_conversation(rendered.bundle, situation, model, conversation, someone)

    with serve({"playbooks": play(user, agent), **more}) as server:
        return asyncio.run(hold(server.base_url))
