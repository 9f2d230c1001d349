"""A conversation to read: who said what, what was called and changed, and each judgement at its turn."""

from __future__ import annotations

import json
import textwrap
from typing import TYPE_CHECKING

from rich.text import Text

from kiwerk.language.phrase import count
from kiwerk.record import AUTHORED, Replay, Result, Run, Score, Simulation, Source, Status, ToolCall, Transcript, Turn
from kiwerk.report.layout import WIDTH, draw, hang

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

_INDENT = 10
MAX_SHOWN = 4000
"""Characters of one text that are shown: more than anybody says, and less than a terminal takes seconds for."""
_MARKS = {
    Status.PASSED: ("✓", "green"),
    Status.FAILED: ("✗", "red"),
    Status.ERRORED: ("!", "magenta"),
    Status.MEASURED: ("·", "dim"),
    Status.SKIPPED: ("–", "yellow"),
}


_ENDS = {
    "goal": "said that its goal is reached",
    "handover": "was handed over",
    "gave-up": "gave up: its patience was at an end",
    "limit": "was cut off: its turns were at an end",
}


def format_transcript(result: Result, transcript: Transcript | None, *, colour: bool) -> str:
    """The conversation with its judgements; why there is none for a skipped case."""
    return draw(*_heading(result), *(_lines(result, transcript) if transcript else ()), colour=colour)


def format_turn(turn: Turn, number: int, *, colour: bool) -> str:
    """One turn, as it stands in a conversation."""
    return draw(*_turn(turn, number), colour=colour)


def format_index(run: Run, *, colour: bool) -> str:
    """All conversations of a run, a line each."""
    lines = [
        Text.assemble(
            (f"{_MARKS[result.status][0]} {result.status}".ljust(11), _MARKS[result.status][1]),
            f"{result.conversation.case}  {_name_variant(result)}",
        )
        for result in run.results
    ]
    hint = Text(f"\nTo read one: kiwerk show {run.id} CASE [--variant ID]", style="dim")
    return draw(Text(f"run {run.id}", style="bold"), *lines, hint, colour=colour)


def _name_variant(result: Result) -> str:
    conversation = result.conversation
    sample = f" sample {conversation.repetition + 1}" if conversation.origin not in AUTHORED else ""
    return (conversation.variant or conversation.origin) + sample


def _heading(result: Result) -> Iterator[Text]:
    conversation, source = result.conversation, result.source
    who = conversation.origin + (f" {conversation.variant}" if conversation.variant else "")
    if source and source.host:
        model = _describe_model(source)
        who += f"{f' {model}' if model else ''} at {source.host}, sample {conversation.repetition + 1}"
    elif conversation.origin == "imported":
        who += f" from {source.provider if source else 'elsewhere'}, sample {conversation.repetition + 1}"
    if source and source.replay:
        who += f" sample {conversation.repetition + 1}, {_describe_replay(source.replay)}"
    mark, style = _MARKS[result.status]
    yield Text.assemble((f"{mark} {result.status}", style), ("  " + conversation.case, "bold"), f"  {who}")
    if result.trips:
        yield Text(f"  must trip exactly: {', '.join(result.trips)}", style="dim")
    if result.reason:
        yield Text(f"  {_clean(_cut(result.reason))}", style="dim")
    for number, earlier in enumerate(result.replaced, 1):
        checks = ", ".join(error.check for error in earlier.errors)
        yield Text(f"  held again: in attempt {number} the simulated user erred ({checks})", style="dim")


def _describe_model(source: Source) -> str | None:
    """The name that was reported, beside the one asked for where they differ."""
    asked = source.model and (source.model.partition(":")[2] or source.model)
    if source.reported is None or asked is None or source.reported == asked:
        return source.reported or source.model
    return f"{_clean(source.reported)} (reported; asked for {source.model})"


def _describe_replay(replay: Replay) -> str:
    """Which sample was said again, and how much of it is as it was."""
    prompt = "the prompt of today" if replay.same_prompt else "another prompt than today's"
    situation = "in the situation of today" if replay.same_situation else "in another situation than today's"
    return f"of transcript {replay.transcript[:12]} of {replay.held:%Y-%m-%d}, held with {prompt} {situation}"


def _lines(result: Result, transcript: Transcript) -> Iterator[Text]:
    holes = ", ".join(f"{name} = {value}" for name, value in transcript.holes.items())
    if holes:
        yield Text(f"  {holes}", style="dim")
    yield Text("")
    number = 0
    for position, turn in enumerate(transcript.turns):
        number += turn.role == "user"
        yield from _turn(turn, number)
        following = transcript.turns[position + 1 : position + 2]
        if turn.role == "agent" and number and not (following and following[0].role == "agent"):
            yield from _judgements(score for score in result.scores if score.turn == number)
    whole = [score for score in result.scores if score.turn is None]
    if whole:
        yield Text("\nThe whole conversation", style="bold")
        yield from _judgements(whole)
    if transcript.simulation is not None:
        yield from _simulation(transcript.simulation)


def _simulation(simulation: Simulation) -> Iterator[Text]:
    yield Text(f"\nThe user, played by {_clean(simulation.reported or simulation.model)}", style="bold")
    if simulation.ended is not None:
        yield Text(" " * _INDENT + _ENDS[simulation.ended])
    for error in simulation.errors:
        yield hang(
            (f"! {error.check}", "magenta"), f"  {_clean(_cut(error.message))} (turn {error.turn})", indent=_INDENT
        )


def _turn(turn: Turn, number: int) -> Iterator[Text]:
    label = f"{number} user" if turn.role == "user" else "  agent"
    style = "cyan" if turn.role == "user" else "bold"
    for call in turn.calls:
        yield from _call(call)
    text = _clean(_cut(turn.text)) if turn.text.strip() else "(silence)" if turn.role == "user" else "(nothing)"
    lines = [part for line in text.split("\n") for part in textwrap.wrap(line, WIDTH - _INDENT) or [""]]
    yield Text.assemble((label.ljust(_INDENT), style), lines[0])
    yield from (Text(" " * _INDENT + line) for line in lines[1:])


def _call(call: ToolCall) -> Iterator[Text]:
    arguments = ", ".join(f"{name}={_json(value)}" for name, value in call.arguments.items())
    yield hang(("→ ", "blue"), f"{call.operation}({_cut(arguments)})", indent=_INDENT)
    style = "magenta" if call.outcome == "error" else "blue"
    result = "" if call.result is None else f"  {_json(call.result)}"
    fault = f" ({call.fault})" if call.fault else ""
    yield hang((f"{call.operation}:{call.outcome}{fault}", style), result, indent=_INDENT + 2)
    for change in call.changes:
        yield hang((f"{change.action} {change.path}", "yellow"), f"  {_json(change.value)}", indent=_INDENT + 2)


def _judgements(scores: Iterable[Score]) -> Iterator[Text]:
    for score in scores:
        yield _judgement(score)
        if len(score.reasons) > 1:
            yield from (
                hang(("vote", "dim"), f"  {_clean(_cut(reason))}", indent=_INDENT + 2) for reason in score.reasons
            )


def _judgement(score: Score) -> Text:
    mark, style = _MARKS[score.status]
    note = " (only reported)" if score.severity == "warn" else ""
    place = f"  {score.place}" if score.place else ""
    return hang(
        (f"{mark} {score.name}", style), f"  {_clean(_cut(score.message))}{note}", (place, "dim"), indent=_INDENT
    )


def _json(value: object) -> str:
    text = json.dumps(value, ensure_ascii=False)
    # only the beginning is looked at, and shortening looks at all it is given
    return _clean(textwrap.shorten(text[:MAX_SHOWN], 400, placeholder=" …"))


def _cut(text: str) -> str:
    more = len(text) - MAX_SHOWN
    return f"{text[:MAX_SHOWN]}\n… {count(more, 'more character')}; --format json has all" if more > 0 else text


def _clean(text: str) -> str:
    """Without control characters: what a model said must not steer the terminal."""
    return "".join(char if char == "\n" or char.isprintable() else "\N{REPLACEMENT CHARACTER}" for char in text)
