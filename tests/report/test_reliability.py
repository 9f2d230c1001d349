from __future__ import annotations

from datetime import UTC, datetime

from kiwerk.record import Conversation, Result, Run, Status
from kiwerk.record.run import Stopped
from kiwerk.report.reliability import (
    describe_repeats,
    format_reliabilities,
    format_reliabilities_markdown,
    measure_run,
)
from kiwerk.spec.policy import Repeats

NOW = datetime(2026, 11, 27, tzinfo=UTC)
SIGNS = {"+": Status.PASSED, "-": Status.FAILED, "!": Status.ERRORED}


def make_run(stopped: tuple[Stopped, ...] = (), **cases: str) -> Run:
    results = [
        Result(
            conversation=Conversation(
                agent="a/x", case=f"a/s#{case}", origin="model", repetition=number, subject="f", stimulus=case
            ),
            transcript=f"{case}{number}",
            oracle="o",
            status=SIGNS[sign],
        )
        for case, signs in cases.items()
        for number, sign in enumerate(signs)
    ]
    return Run(
        id="r",
        engine="0",
        revision=None,
        selector=None,
        started=NOW,
        finished=NOW,
        planned=len(results),
        results=tuple(results),
        stopped=stopped,
    )


def test_text_states_rate_interval_draws_and_flaky_cases() -> None:
    assert format_reliabilities(measure_run(make_run(eins="+++", zwei="+-+"))) == (
        "a/x  pass rate 0.833 (0.24 to 0.988), 2 cases, at least 3 repeats each; "
        "pass^1 0.833, pass^2 0.667, pass^3 0.50, pass@3 1.00\n"
        "a/x  1 flaky case: a/s#zwei (2 of 3 passed)\n"
    )


def test_stopped_agent_has_no_rate_but_its_flaky_cases() -> None:
    run = make_run((Stopped(agent="a/x", held=4, planned=9),), eins="--", zwei="+-")
    assert format_reliabilities(measure_run(run)) == "a/x  1 flaky case: a/s#zwei (1 of 2 passed)\n"


def test_markdown_escapes_names_and_is_empty_without_samples() -> None:
    shown = format_reliabilities_markdown(measure_run(make_run(ein_s="+-")))
    assert "a/s\\#ein\\_s" in shown
    assert "regress" not in shown
    assert format_reliabilities_markdown(measure_run(make_run())) == format_reliabilities(()) == ""


def test_only_errored_samples_have_no_line() -> None:
    assert format_reliabilities(measure_run(make_run(eins="!!"))) == ""


def test_repeats_say_what_they_show() -> None:
    assert describe_repeats(Repeats(critical=5, other=3)) == (
        "repeats show, with 95 % confidence, a case that fails in a share of its conversations: 5 of a critical case: "
        "46 % or more, 3 of any other: 64 % or more; recommended where one in five must show: 14"
    )
