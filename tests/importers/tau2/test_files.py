from __future__ import annotations

import gzip
import json
from pathlib import Path
from typing import Any

import pytest

from kiwerk.errors import KiwerkError
from kiwerk.importers.tau2.files import read_policy, read_tasks, read_trajectories
from tests.support.tau2 import SAMPLE


def _lines() -> list[dict[str, Any]]:
    packed = (SAMPLE / "trajectories.jsonl.gz").read_bytes()
    return [json.loads(line) for line in gzip.decompress(packed).splitlines()]


def _write(path: Path, lines: list[dict[str, Any]]) -> Path:
    path.write_text("".join(json.dumps(line) + "\n" for line in lines), encoding="utf-8")
    return path


def test_task_has_all_instructions_what_the_user_knows_and_what_is_right() -> None:
    tasks = {task.id: task for task in read_tasks(SAMPLE / "tasks.json")}
    assert list(tasks) == ["3", "7", "13"]
    assert tasks["3"].outputs == ("4",)
    [known] = tasks["3"].knows.values()
    assert known == "You are Anya Garcia.\nYour user id is: anya_garcia_5901.\nYour confirmation number is JMO1MG.\n"
    lines = tasks["3"].goal.splitlines()
    assert lines[0].startswith("You want to figure out the total number of suitcases")
    assert lines[-1] == "You do not know the cabin for the upcoming flight."
    assert [action.name for action in tasks["7"].actions][2:] == [
        "update_reservation_flights",
        "cancel_reservation",
        "cancel_reservation",
    ]


def test_trajectory_brings_its_own_task_reward_and_end() -> None:
    found = {(item.task.id, item.trial): item for item in read_trajectories(SAMPLE / "trajectories.jsonl.gz")}
    assert len(found) == 12
    assert found["2", 0].task.outputs == ("23553",)
    assert found["2", 0].task.knows == {"user_id": "omar_davis_3817"}
    assert [key for key, item in found.items() if not item.finished] == [("2", 1)]
    assert [key for key, item in found.items() if item.reward == 1] == [("2", 2), ("5", 1), ("13", 1), ("13", 2)]


def test_trajectories_are_read_packed_or_not(tmp_path: Path) -> None:
    plain = _write(tmp_path / "plain.jsonl", _lines())
    assert read_trajectories(plain) == read_trajectories(SAMPLE / "trajectories.jsonl.gz")


def test_policy_loses_the_blanks_at_the_ends_of_its_lines(tmp_path: Path) -> None:
    path = tmp_path / "policy.md"
    path.write_bytes(b"\n# Policy \r\n\r\n- one\t\n  - two\n\n")
    assert read_policy(path) == "# Policy\n\n- one\n  - two\n"


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"", "There is no trajectory in it"),
        (b"{}\n", "In line 1, task_id: Field required"),
        (b"\n{\n", "Line 2 is no JSON"),
        (b"\x1f\x8b\x00", "it is damaged"),
        (b"\xff\xfe", "it is not UTF-8"),
    ],
)
def test_what_are_no_trajectories_is_told_by_its_line(tmp_path: Path, content: bytes, message: str) -> None:
    path = tmp_path / "trajectories.jsonl"
    path.write_bytes(content)
    with pytest.raises(KiwerkError, match=message):
        read_trajectories(path)


def test_truncated_archive_is_damaged(tmp_path: Path) -> None:
    path = tmp_path / "trajectories.jsonl.gz"
    path.write_bytes((SAMPLE / path.name).read_bytes()[:1000])
    with pytest.raises(KiwerkError, match="it is damaged"):
        read_trajectories(path)


def test_missing_file_is_told_by_its_path(tmp_path: Path) -> None:
    with pytest.raises(KiwerkError, match=r"policy\.md: The file cannot be read: no such file"):
        read_policy(tmp_path / "policy.md")


@pytest.mark.parametrize(
    ("edit", "message"),
    [
        ({"trial": 0}, "Line 2: trial 0 of task 2 is there already"),
        ({"info": {"task": {"instruction": "You are late."}}}, "Line 2: task 2 is another one than before"),
    ],
)
def test_trajectories_that_cannot_be_told_apart_are_refused(tmp_path: Path, edit: dict[str, Any], message: str) -> None:
    first, second, *_ = [line for line in _lines() if line["task_id"] == 2]
    if "info" in edit:
        second["info"]["task"] |= edit["info"]["task"]
    else:
        second |= edit
    with pytest.raises(KiwerkError, match=message):
        read_trajectories(_write(tmp_path / "t.jsonl", [first, second]))


@pytest.mark.parametrize(
    ("content", "message"),
    [("[", "no JSON"), ("{}", "a list of tasks"), ("[]", "a list of tasks"), ("[{}]", "In task 1, id: Field required")],
)
def test_what_are_no_tasks_is_told(tmp_path: Path, content: str, message: str) -> None:
    path = tmp_path / "tasks.json"
    path.write_text(content, encoding="utf-8")
    with pytest.raises(KiwerkError, match=message):
        read_tasks(path)


def test_empty_policy_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "policy.md"
    path.write_text(" \n", encoding="utf-8")
    with pytest.raises(KiwerkError, match="The policy is empty"):
        read_policy(path)
