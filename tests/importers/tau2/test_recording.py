from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest

from kiwerk.errors import KiwerkError
from kiwerk.importers.tau2 import Task, Trajectory, read_policy, read_trajectories, record_trajectory, write_documents
from kiwerk.record import Transcript
from tests.support.tau2 import MODEL, SAMPLE

TASK = Task(id="1", goal="Cancel it.", knows={"user_id": "x"}, actions=(), outputs=())
TOOLSET = write_documents(read_policy(SAMPLE / "policy.md"), [TASK], (), company="airline", model=MODEL).toolset
WHEN = datetime(2024, 5, 15, 15, tzinfo=UTC)
CANCEL = {"function": {"name": "cancel_reservation", "arguments": '{"reservation_id": "A"}'}}


def _record(*messages: dict[str, Any], finished: bool = True, trial: int = 0) -> Transcript:
    trajectory = Trajectory.model_validate(
        {"task": TASK, "trial": trial, "reward": 1, "messages": messages, "finished": finished}
    )
    return record_trajectory(
        trajectory, TOOLSET, agent="airline/service", case="airline/r#r-1", toolset_name="airline", started=WHEN
    )


def test_calls_stand_before_the_words_that_follow_them_and_nobody_heard_others() -> None:
    record = _record(
        {"role": "system", "content": "Policy"},
        {"role": "user", "content": "Cancel A."},
        {"role": "assistant", "content": "One moment.", "tool_calls": [CANCEL]},
        {"role": "tool", "content": '{"reservation_id": "A", "price": 5}'},
        {"role": "assistant", "content": "Done."},
        {"role": "user", "content": "Thanks! ###STOP###"},
    )
    first, second, last = record.turns
    assert (first.role, first.text, second.role, second.text) == ("user", "Cancel A.", "agent", "Done.")
    [call] = second.calls
    assert (call.operation, call.arguments) == ("airline.cancel_reservation", {"reservation_id": "A"})
    assert (call.outcome, call.result) == ("ok", {"reservation_id": "A", "price": 5})
    assert (last.role, last.text) == ("user", "Thanks!")


@pytest.mark.parametrize(
    ("content", "outcome", "result"),
    [
        ("Error: not found", "error", "Error: not found"),
        ("Transfer successful", "ok", "Transfer successful"),
        ("12.5", "ok", 12.5),
        ("[]", "ok", []),
        ("", "ok", ""),
    ],
)
def test_result_is_as_recorded_and_an_error_is_one(content: str, outcome: str, result: object) -> None:
    record = _record(
        {"role": "user", "content": "Go."},
        {"role": "assistant", "tool_calls": [CANCEL]},
        {"role": "tool", "content": content},
    )
    [call] = record.turns[-1].calls
    assert (call.outcome, call.result) == (outcome, result)
    assert record.turns[-1].text == ""


def test_mark_alone_is_no_turn() -> None:
    record = _record({"role": "user", "content": "Go."}, {"role": "assistant", "content": "Bye."}, _user("###STOP###"))
    assert [turn.text for turn in record.turns] == ["Go.", "Bye."]


def test_conversation_that_was_cut_off_is_the_agents_failure() -> None:
    record = _record(_user("Go."), {"role": "assistant", "content": "Hm."}, finished=False)
    assert (record.fault, record.error) == ("agent", "the recorder cut it off after 1 messages")


def test_where_it_comes_from_is_said_and_equal_trials_of_one_task_share_their_key() -> None:
    one, two = _record(_user("Go.")), _record(_user("Halt."), trial=1)
    assert (one.source.origin, one.source.provider, one.conversation.origin) == ("imported", "tau-bench", "imported")
    assert (two.conversation.repetition, two.conversation.stimulus) == (1, one.conversation.stimulus)
    assert two.conversation.subject == one.conversation.subject


def test_unknown_operation_is_refused() -> None:
    call = {"function": {"name": "exchange_items", "arguments": {}}}
    with pytest.raises(KiwerkError, match="'exchange_items' is none of the airline's"):
        _record({"role": "assistant", "tool_calls": [call]}, {"role": "tool", "content": ""})


def test_every_recorded_conversation_keeps_all_its_calls() -> None:
    for trajectory in read_trajectories(SAMPLE / "trajectories.jsonl.gz"):
        record = record_trajectory(trajectory, TOOLSET, agent="a/b", case="a/c#d", toolset_name="airline", started=WHEN)
        kept = [call.operation for turn in record.turns for call in turn.calls]
        made = [call.function.name for message in trajectory.messages for call in message.tool_calls or ()]
        assert kept == [f"airline.{name}" for name in made]


def _user(text: str) -> dict[str, Any]:
    return {"role": "user", "content": text}
