from __future__ import annotations

from typing import Any

import pytest

from kiwerk.record import StateChange
from kiwerk.run.mock import MockBackend, MockFailure
from kiwerk.spec import Toolset

OPERATION = {"description": "d", "effect": "read", "outcomes": ["ok", "belegt"], "parameters": {"type": "object"}}


def backend(*clauses: dict[str, Any], state: dict[str, Any] | None = None, now: str | None = None) -> MockBackend:
    toolset = Toolset.model_validate(
        {"kind": "Toolset", "operations": {"buchen": OPERATION}, "mock": {"calls": {"buchen": list(clauses)}}}
    )
    return MockBackend({"kalender": toolset}, {"kalender": state or {}}, now)


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
