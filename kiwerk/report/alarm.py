"""How likely a gate refuses agents that stay as they are: a line for each, and what that rests on."""

from __future__ import annotations

from typing import TYPE_CHECKING

from kiwerk.language.phrase import format_chance
from kiwerk.report.evaluation_markdown import escape_markdown

if TYPE_CHECKING:
    from collections.abc import Sequence

    from kiwerk.record import Alarm

_BASIS = (
    "chance: of a refusal by the rules named, if every case went on passing as often as its samples did and was "
    "sampled anew as often as the policy wants"
)


def format_alarms(alarms: Sequence[Alarm]) -> str:
    """The chances as text; empty where there are none."""
    return "".join(f"{line}\n" for line in _lines(alarms))


def format_alarms_markdown(alarms: Sequence[Alarm]) -> str:
    """The chances as a list in Markdown; empty where there are none."""
    lines = [f"- {escape_markdown(line)}" for line in _lines(alarms)]
    return "\n".join(["### Refused although nothing changed", "", *lines]) + "\n" if lines else ""


def _lines(alarms: Sequence[Alarm]) -> list[str]:
    drawn = next((f"{alarm.draws:,} draws, seed {alarm.seed}" for alarm in alarms if alarm.draws), None)
    basis = [f"{_BASIS}; exact, or about (≈) by {drawn}" if drawn else f"{_BASIS}; exact"] if alarms else []
    return [*map(_describe, alarms), *basis]


def _describe(alarm: Alarm) -> str:
    if alarm.chance is None:
        return f"{alarm.agent}  chance to be refused unchanged: not known, {alarm.unknown}"
    rules = ", ".join(f"{item.rule} {format_chance(item.chance)}" for item in alarm.rules)
    about = "≈ " if alarm.draws else ""
    return f"{alarm.agent}  chance to be refused unchanged: {about}{format_chance(alarm.chance)} ({rules or 'no rule'})"
