from __future__ import annotations

from typing import Any, Literal

import pytest

from kiwerk.finding import Severity, Span
from kiwerk.record import Score, Status
from kiwerk.score import find_failing_reference, find_trip_mismatches

SPAN = Span("evals/praxis-weber/empfang.yaml", 30, 9, 30, 20)
Kind = Literal["block", "warn"]


def _score(name: str, status: Status = Status.PASSED, kind: str | None = None, severity: Kind = "block") -> Score:
    message = "Expected a; found b." if status != Status.ERRORED else "It could not be judged: the mock is silent."
    return Score(name=name, kind=kind or name, status=status, message=message, severity=severity)


PASSED, FAILED, ERRORED = Status.PASSED, Status.FAILED, Status.ERRORED


def _mismatches(trips: list[str], *scores: Score) -> list[str]:
    return [finding.message for finding in find_trip_mismatches("blind", trips, scores, SPAN)]


@pytest.mark.parametrize(
    ("trips", "scores", "messages"),
    [
        (["address"], [_score("address", FAILED), _score("called")], []),
        (["erst", "called"], [_score("called", FAILED), _score("erst", FAILED, "rule"), _score("state")], []),
        (["address"], [_score("address", FAILED, severity="warn")], []),
        (["address"], [_score("address")], ["blind does not trip 'address': expected a; found b"]),
        (
            ["address"],
            [_score("address", FAILED), _score("state", FAILED)],
            ["blind trips 'state' besides: expected a; found b"],
        ),
        (
            ["address"],
            [_score("address", FAILED), _score("state", FAILED, severity="warn")],
            ["blind trips 'state' besides: expected a; found b"],
        ),
        (
            ["adress"],
            [_score("address", FAILED)],
            [
                "blind should trip 'adress', and the case has no such expectation or rule",
                "blind trips 'address' besides: expected a; found b",
            ],
        ),
        (
            ["called"],
            [_score("called", FAILED), _score("called")],
            ["blind should trip 'called', and 2 expectations are called that"],
        ),
        (["erst"], [_score("erst", FAILED, "rule"), _score("erst", PASSED, "rule")], []),
        (["address"], [_score("address", ERRORED)], ["blind: 'address' could not be judged: the mock is silent"]),
        (
            ["address"],
            [_score("address", FAILED), _score("state", ERRORED), _score("called", ERRORED)],
            ["blind: 'state', 'called' could not be judged: the mock is silent"],
        ),
        (["address"], [], ["blind should trip 'address', and the case has no such expectation or rule"]),
        (["address", "address"], [_score("address")], ["blind does not trip 'address': expected a; found b"]),
    ],
)
def test_counterexample_trips_what_it_names_neither_more_nor_less(
    trips: list[str], scores: list[Score], messages: list[str]
) -> None:
    assert _mismatches(trips, *scores) == messages


def test_mismatch_is_an_error_at_the_place_given_and_suggests_the_name_meant() -> None:
    finding = next(find_trip_mismatches("blind", ["adress"], [_score("address")], SPAN))
    assert (finding.rule, finding.span, finding.severity) == ("counterexample-mismatch", SPAN, Severity.ERROR)
    assert finding.help == "Did you mean 'address'?"


def _failing(*scores: Score) -> list[tuple[str, Severity]]:
    found = list(find_failing_reference("dienstag", scores, SPAN))
    assert all(finding.rule == "failing-reference" and finding.span == SPAN for finding in found)
    return [(finding.message, finding.severity) for finding in found]


@pytest.mark.parametrize(
    ("scores", "expected"),
    [
        ([_score("address")], []),
        ([_score("address"), _score("state", severity="warn")], []),
        ([_score("address", FAILED)], [("dienstag fails 'address': expected a; found b", Severity.ERROR)]),
        (
            [_score("address"), _score("state", FAILED, severity="warn")],
            [("dienstag fails 'state': expected a; found b", Severity.WARNING)],
        ),
        (
            [_score("address", ERRORED), _score("state", ERRORED)],
            [("dienstag: 'address', 'state' could not be judged: the mock is silent", Severity.ERROR)],
        ),
        ([], [("dienstag: nothing judges this case", Severity.ERROR)]),
        ([_score("state", severity="warn")], [("dienstag: nothing judges this case", Severity.ERROR)]),
    ],
)
def test_reference_that_does_not_pass_everything_is_a_finding(scores: list[Score], expected: Any) -> None:
    assert _failing(*scores) == expected
