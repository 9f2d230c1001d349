"""What the model is told that plays a user: a template of kiwerk's own, filled from persona and simulation.

The templates lie beside, in `users/`. German for `de`, English for every other language.
"""

from __future__ import annotations

from datetime import datetime
from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING, Any

from kiwerk.render.canonical import canonical_json
from kiwerk.render.german import format_moment
from kiwerk.render.sandbox import Text, compile_template

if TYPE_CHECKING:
    from collections.abc import Mapping

    from kiwerk.spec import Agent
    from kiwerk.spec.suite import Persona, Simulation

SIMULATOR_VERSION = 1
"""Counts up when a simulated user behaves otherwise by the same words: what ends a conversation, what is an error."""

DONE = "[[done]]"
"""What the model writes when its goal is reached: nobody says that, and a small model manages it, unlike JSON."""

BEGIN = {"de": "(Das Gespräch beginnt. Du sprichst zuerst.)", "en": "(The conversation begins. You speak first.)"}
"""What stands where the agent has said nothing yet: endpoints want something to answer."""


def render_role(persona: Persona, simulation: Simulation, agent: Agent, now: str | None) -> str:
    """The system message for the model that plays the user.

    Args:
        persona: how the user behaves.
        simulation: what the user wants and knows.
        agent: whom it talks to.
        now: local time of the organization, `YYYY-MM-DDThh:mm`, where the case has one.
    """
    context: dict[str, Any] = {
        "goal": simulation.goal,
        "style": persona.style,
        "level": persona.level,
        "channel": agent.channel,
        "language": agent.language,
        "now": format_moment(datetime.fromisoformat(now), "datetime", agent.language) if now else "",
        "knows": [
            {"name": name, "value": _format_value(value, agent.language)} for name, value in simulation.knows.items()
        ],
        "done": DONE,
    }
    segments = compile_template(_load_template("de" if agent.language == "de" else "en")).render(context)
    return "".join(segment.text for segment in segments if isinstance(segment, Text))


@cache
def _load_template(language: str) -> str:
    return files("kiwerk.render").joinpath("users", f"{language}.jinja").read_text(encoding="utf-8")


def _format_value(value: Any, language: str) -> str:
    """A value as somebody would know it: "Montag, 30. November 2026, 09:00 Uhr"."""
    if not isinstance(value, str):
        return canonical_json(value).decode()
    try:
        moment = datetime.fromisoformat(value)
    except ValueError:
        return value
    kind: Mapping[int, Any] = {len("2026-11-30"): "date", len("2026-11-30T09:00"): "datetime"}
    return format_moment(moment, kind[len(value)], language) if len(value) in kind else value
