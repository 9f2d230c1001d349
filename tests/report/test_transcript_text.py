from __future__ import annotations

import time
from datetime import UTC, datetime

from kiwerk.record import Conversation, Result, Run, Source, Status, ToolCall, Transcript, Turn
from kiwerk.report.transcript_text import MAX_SHOWN, format_index, format_transcript

NOW = datetime(2026, 11, 27, 10, tzinfo=UTC)


def make_result(repetition: int = 0) -> Result:
    conversation = Conversation(
        agent="a/b", case="a/b#c", origin="model", subject="s", stimulus="t", repetition=repetition
    )
    return Result(conversation=conversation, oracle="o", status=Status.PASSED, transcript="x")


def make_transcript(text: str, value: object = None) -> Transcript:
    call = ToolCall(operation="kalender.pruefen", arguments={"a": value}, outcome="frei", result=value)
    return Transcript(
        conversation=make_result().conversation,
        source=Source(origin="model"),
        started=NOW,
        turns=(Turn(role="user", text="Hallo"), Turn(role="agent", text=text, calls=(call,))),
        state={},
    )


def test_long_reply_is_cut_and_says_where_the_rest_is() -> None:
    shown = format_transcript(make_result(), make_transcript("a" * MAX_SHOWN + "b" * 17), colour=False)
    assert "… 17 more characters; --format json has all" in shown
    assert sum(line.count("a") for line in shown.splitlines()) >= MAX_SHOWN
    assert "bb" not in shown


def test_reply_that_just_fits_is_whole() -> None:
    shown = format_transcript(make_result(), make_transcript("a" * (MAX_SHOWN - 1) + "b"), colour=False)
    assert "b\n" in shown
    assert "--format json" not in shown


def test_megabytes_are_shown_at_once() -> None:
    flood = make_transcript("Wort " * 3_000_000, {"text": "Wort " * 1_000_000})
    began = time.monotonic()
    shown = format_transcript(make_result(), flood, colour=False)
    assert time.monotonic() - began < 2
    assert len(shown) < 4 * MAX_SHOWN


def test_call_with_thousands_of_arguments_is_cut() -> None:
    talk = make_transcript("Ja.")
    call = talk.turns[1].calls[0].model_copy(update={"arguments": {f"a{number}": "x" for number in range(5000)}})
    turns = (talk.turns[0], talk.turns[1].model_copy(update={"calls": (call,)}))
    assert len(format_transcript(make_result(), talk.model_copy(update={"turns": turns}), colour=False)) < 3 * MAX_SHOWN


def test_samples_of_one_case_are_told_apart() -> None:
    run = Run(
        id="r",
        engine="0",
        revision=None,
        selector=None,
        started=NOW,
        finished=NOW,
        planned=2,
        results=(make_result(0), make_result(1)),
    )
    shown = format_index(run, colour=False)
    assert "a/b#c  model sample 1\n" in shown
    assert "a/b#c  model sample 2\n" in shown
