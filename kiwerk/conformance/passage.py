"""What a conversation passed of its processes: the steps whose operations were called, and the end it reached."""

from __future__ import annotations

from typing import TYPE_CHECKING

from kiwerk.conformance.events import find_events, is_finished
from kiwerk.conformance.judge import judge_process
from kiwerk.spec.process import ABANDONED

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from kiwerk.record import Transcript
    from kiwerk.spec.process import Process

Passage = tuple[int, str]
"""User turn from 1, 0 before the first, and what was passed in it."""


def find_passages(processes: Mapping[str, Process], transcript: Transcript) -> Iterator[Passage]:
    """`step pruefen: frei` for each call that is a step, in order, and `end resolved` where an end was reached.

    Args:
        processes: those the conversation is judged by, by the name they are called.
        transcript: the conversation.
    """
    events = find_events(transcript)
    steps = [(name, step) for name, process in processes.items() for step in process.steps if step.call]
    for event in events:
        for name, step in steps:
            if step.call == event.operation:
                yield event.turn, f"{name}: step {step.id}, {event.outcome}"
    for name, process in processes.items():
        verdict = judge_process(process, events, finished=is_finished(transcript))
        if verdict.end != ABANDONED and verdict.after is not None:
            yield verdict.after.turn, f"{name}: end {verdict.end}"
