from __future__ import annotations

from typing import Any

import pytest
from pydantic import ValidationError

from kiwerk.record import StateChange, ToolCall
from kiwerk.run.mock import MockBackend, MockFailure
from kiwerk.run.tools import write_result
from kiwerk.spec import Toolset

OPERATION = {"description": "d", "effect": "read", "outcomes": ["ok", "belegt"], "parameters": {"type": "object"}}


def backend(
    *clauses: dict[str, Any],
    state: dict[str, Any] | None = None,
    now: str | None = None,
    faults: dict[str, Any] | None = None,
) -> MockBackend:
    toolset = Toolset.model_validate(
        {"kind": "Toolset", "operations": {"buchen": OPERATION}, "mock": {"calls": {"buchen": list(clauses)}}}
    )
    return MockBackend({"kalender": toolset}, {"kalender": state or {}}, now, faults=faults)


def test_first_matching_clause_answers() -> None:
    mock = backend(
        {"when": "=args.tag == 'mo'", "outcome": "belegt"},
        {"outcome": "ok", "result": 1},
        {"outcome": "ok", "result": 2},
    )
    assert mock.call("kalender.buchen", {"tag": "mo"}).outcome == "belegt"
    assert mock.call("kalender.buchen", {"tag": "di"}).result == 1


def test_no_matching_clause_is_a_failure_of_the_mock() -> None:
    with pytest.raises(MockFailure, match=r"no clause of the mock of kalender\.buchen matches"):
        backend({"when": "=false", "outcome": "ok"}).call("kalender.buchen", {})


def test_every_expression_sees_the_state_before_the_change() -> None:
    mock = backend(
        {
            "outcome": "ok",
            "result": {"nummer": "=1 + state.termine | length"},
            "append": {"termine": "=args"},
            "set": {"anzahl": "=state.termine | length"},
            "remove": {"frei": "=args.tag"},
        },
        state={"termine": [], "frei": ["mo", "di", "mo"]},
    )
    call = mock.call("kalender.buchen", {"tag": "mo"})
    assert call.result == {"nummer": 1}
    assert call.changes == (
        StateChange(action="set", path="kalender.anzahl", value=0),
        StateChange(action="remove", path="kalender.frei", value="mo"),
        StateChange(action="append", path="kalender.termine", value={"tag": "mo"}),
    )
    assert mock.state == {"kalender": {"termine": [{"tag": "mo"}], "frei": ["di", "mo"], "anzahl": 0}}


def test_error_clause_fails_with_its_message() -> None:
    call = backend({"error": "Kalender nicht erreichbar", "delay": 2.5}).call("kalender.buchen", {})
    assert (call.outcome, call.result, call.delay_seconds) == ("error", {"error": "Kalender nicht erreichbar"}, 2.5)


def test_double_equals_sign_writes_a_plain_one() -> None:
    assert backend({"outcome": "ok", "result": "==1"}).call("kalender.buchen", {}).result == "=1"


@pytest.mark.parametrize(
    ("clause", "message"),
    [
        ({"outcome": "ok", "result": "=state.fehlt"}, "clause 1 of the mock"),
        ({"outcome": "ok", "result": "=now"}, "now"),
        ({"outcome": "ok", "result": "=range(10**9) | list"}, "clause 1"),
        ({"outcome": "ok", "append": {"fehlt": 1}}, "not a list"),
        ({"outcome": "ok", "remove": {"frei": "di"}}, "where it is not"),
    ],
)
def test_clause_that_cannot_be_carried_out_is_a_failure_of_the_mock(clause: dict[str, Any], message: str) -> None:
    with pytest.raises(MockFailure, match=message):
        backend(clause, state={"frei": []}).call("kalender.buchen", {})


def test_conversations_do_not_share_state() -> None:
    state: dict[str, Any] = {"termine": []}
    clause = {"outcome": "ok", "append": {"termine": "=args"}}
    first, second = backend(clause, state=state), backend(clause, state=state)
    first.call("kalender.buchen", {"tag": "mo"})
    first.state["kalender"]["termine"].append("von außen")
    assert first.state == {"kalender": {"termine": [{"tag": "mo"}]}}
    assert second.state == {"kalender": {"termine": []}}
    assert state == {"termine": []}


def test_clock_is_the_cases_own() -> None:
    assert backend({"outcome": "ok", "result": "=now"}, now="2026-11-27T10:00").call("kalender.buchen", {}).result == (
        "2026-11-27T10:00"
    )


BOOKING = {"outcome": "ok", "result": {"nummer": 1}, "append": {"termine": 1}}


@pytest.mark.parametrize(
    ("clause", "text", "seconds"),
    [
        ({"fault": "timeout"}, '{"error": "timeout: no answer within 30 seconds"}', 30),
        ({"fault": "timeout", "delay": 2.5}, '{"error": "timeout: no answer within 2.5 seconds"}', 2.5),
        ({"fault": "server-error"}, '{"error": "HTTP 500 Internal Server Error"}', 0),
        ({"fault": "malformed", "result": {"nummer": "=40 + 2"}}, '{"numme', 0),
        ({"fault": "malformed"}, "nu", 0),
        ({"fault": "empty", "delay": 1}, "", 1),
    ],
)
def test_fault_is_what_a_real_integration_would_hand_on(clause: dict[str, Any], text: str, seconds: float) -> None:
    call = backend(clause).call("kalender.buchen", {})
    assert (call.outcome, call.fault, write_result(call), call.delay_seconds) == (
        "error",
        clause["fault"],
        text,
        seconds,
    )
    assert ToolCall.model_validate_json(call.model_dump_json()) == call


def test_state_changes_though_the_answer_is_lost() -> None:
    mock = backend({"fault": "timeout", "append": {"termine": "=args"}}, state={"termine": []})
    mock.call("kalender.buchen", {"tag": "mo"})
    assert mock.state == {"kalender": {"termine": [{"tag": "mo"}]}}


@pytest.mark.parametrize(
    ("faults", "outcomes"),
    [
        ("timeout", ["error"] * 3),
        (["timeout"], ["error", "ok", "ok"]),
        ([None, "server-error"], ["ok", "error", "ok"]),
        ([], ["ok"] * 3),
    ],
)
def test_case_says_which_calls_break_down(faults: object, outcomes: list[str]) -> None:
    mock = backend(BOOKING, state={"termine": []}, faults={"kalender.buchen": faults, "kalender.pruefen": "empty"})
    assert [mock.call("kalender.buchen", {}).outcome for _ in range(3)] == outcomes


@pytest.mark.parametrize(
    ("fault", "text", "is_booked"),
    [
        ("timeout", "timeout", False),
        ("server-error", "HTTP 500", False),
        ("malformed", '{"numm', True),
        ("empty", "", True),
    ],
)
def test_system_that_is_not_reached_does_nothing_and_one_whose_answer_is_lost_does(
    fault: str, text: str, is_booked: object
) -> None:
    mock = backend(BOOKING, state={"termine": []}, faults={"kalender.buchen": fault})
    call = mock.call("kalender.buchen", {})
    assert (call.outcome, text in write_result(call)) == ("error", True)
    assert (mock.state["kalender"]["termine"] == [1], bool(call.changes)) == (is_booked, is_booked)


@pytest.mark.parametrize(
    ("clause", "message"),
    [
        ({"fault": "timeout", "error": "Kalender antwortet nicht"}, "either error, with words of yours, or fault"),
        ({"fault": "empty", "result": 1}, "nobody would get the result"),
        ({"fault": "slow"}, "Input should be 'timeout'"),
    ],
)
def test_clause_says_one_thing(clause: dict[str, Any], message: str) -> None:
    with pytest.raises(ValidationError, match=message):
        backend(clause)
