"""A conversation for a person to judge: the question, what was said and done, and nothing about who spoke or judged."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rich.text import Text

from kiwerk.report.layout import draw, hang
from kiwerk.report.transcript_text import format_turn

if TYPE_CHECKING:
    from kiwerk.record import Transcript


def format_question(rubric: str, turn: int | None, transcript: Transcript, *, colour: bool) -> str:
    """The question and the conversation, as far as the question sees it.

    Args:
        rubric: the question.
        turn: user turn from 1 that it is about; None for the whole conversation.
        transcript: the conversation.
        colour: whether it is shown on a terminal.
    """
    about = "the whole conversation" if turn is None else f"the agent's answer to user turn {turn}, the last one shown"
    parts = [
        draw(hang(("Question", "bold"), f"  {rubric.strip()}", indent=2), Text(f"  about {about}\n"), colour=colour)
    ]
    if transcript.holes:
        known = ", ".join(f"{name} = {value}" for name, value in transcript.holes.items())
        parts.append(draw(Text(f"  {known}\n", style="dim"), colour=colour))
    number = 0
    for entry in transcript.turns:
        number += entry.role == "user"
        if turn is not None and number > turn:
            break
        parts.append(format_turn(entry, number, colour=colour))
    return "".join(parts)
