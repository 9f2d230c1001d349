"""The files of tau-bench and tau2-bench, as far as they are needed.

A policy is Markdown. Tasks are tau2's JSON list. Trajectories are tau-bench's results, one JSON object a line, maybe
packed by gzip; each holds the task it was about, which is not the task of the same number in tau2.
"""

from __future__ import annotations

import gzip
import json
import zlib
from typing import TYPE_CHECKING, Any, Literal, TypeVar

from pydantic import BaseModel, ConfigDict, ValidationError, field_validator

from kiwerk.errors import KiwerkError

if TYPE_CHECKING:
    from pathlib import Path

M = TypeVar("M", bound=BaseModel)


class _Part(BaseModel):
    """What else a file says is passed over: both benchmarks add fields."""

    model_config = ConfigDict(extra="ignore", frozen=True)


class Action(_Part):
    """A call that belongs to the right way through a task."""

    name: str
    arguments: dict[str, Any]


class Task(_Part):
    """What the user wants, and what a good agent does."""

    id: str
    purpose: str | None = None
    """What it is there for, where that is said."""
    goal: str
    """All instructions of the user's."""
    knows: dict[str, str]
    actions: tuple[Action, ...]
    outputs: tuple[str, ...]
    """Texts that the agent has to tell the user."""


class Call(_Part):
    """A tool call as the model wrote it."""

    name: str
    arguments: dict[str, Any]

    @field_validator("arguments", mode="before")
    @classmethod
    def _parse(cls, value: object) -> object:
        return json.loads(value) if isinstance(value, str) else value


class RequestedCall(_Part):
    """A tool call in a message."""

    function: Call


class Message(_Part):
    """One message of a trajectory, as chat completions have them."""

    role: Literal["system", "user", "assistant", "tool"]
    content: str | None = None
    tool_calls: tuple[RequestedCall, ...] | None = None


class Trajectory(_Part):
    """One recorded conversation."""

    task: Task
    trial: int
    """From 0."""
    reward: float
    """As published: 1 where the benchmark was satisfied."""
    messages: tuple[Message, ...]
    finished: bool
    """Whether it came to an end, by the user or by a handover; otherwise the recorder's limit cut it off."""


class _Scenario(_Part):
    """The user's side in tau2."""

    task_instructions: str
    reason_for_call: str
    known_info: str | None = None
    unknown_info: str | None = None


class _Instructions(_Part):
    instructions: _Scenario


class _Criteria(_Part):
    actions: tuple[Action, ...] | None = None
    communicate_info: tuple[str, ...] | None = None


class _Description(_Part):
    purpose: str | None = None


class _Tau2Task(_Part):
    id: str
    description: _Description | None = None
    user_scenario: _Instructions
    evaluation_criteria: _Criteria


class _OldAction(_Part):
    name: str
    kwargs: dict[str, Any]


class _OldTask(_Part):
    user_id: str
    instruction: str
    actions: tuple[_OldAction, ...]
    outputs: tuple[str, ...]


class _Info(_Part):
    task: _OldTask
    reward_info: dict[str, Any] | None


class _Result(_Part):
    task_id: int
    trial: int
    reward: float
    info: _Info
    traj: tuple[Message, ...]


def read_policy(path: Path) -> str:
    """The policy without blanks at the ends of its lines.

    Raises:
        KiwerkError: it cannot be read, or is empty.
    """
    text = _read(path).strip()
    if not text:
        raise _unfit(path, "The policy is empty")
    return "".join(f"{line.rstrip()}\n" for line in text.splitlines())


def read_tasks(path: Path) -> tuple[Task, ...]:
    """The tasks of tau2.

    Raises:
        KiwerkError: the file cannot be read, or has another form.
    """
    try:
        items = json.loads(_read(path))
    except ValueError as error:
        raise _unfit(path, f"This is no JSON: {error}") from None
    if not isinstance(items, list) or not items:
        raise _unfit(path, "Expected a list of tasks")
    return tuple(_convert(_parse(_Tau2Task, item, path, f"task {number}")) for number, item in enumerate(items, 1))


def read_trajectories(path: Path) -> tuple[Trajectory, ...]:
    """The recorded conversations, task by task and trial by trial.

    Raises:
        KiwerkError: the file cannot be read, has another form, or has two of the same task and trial.
    """
    found: dict[tuple[str, int], Trajectory] = {}
    tasks: dict[str, Task] = {}
    for number, line in enumerate(_read(path).splitlines(), 1):
        if not line.strip():
            continue
        try:
            item = json.loads(line)
        except ValueError as error:
            raise _unfit(path, f"Line {number} is no JSON: {error}") from None
        trajectory = _convert_result(_parse(_Result, item, path, f"line {number}"))
        key = trajectory.task.id, trajectory.trial
        if key in found:
            raise _unfit(path, f"Line {number}: trial {trajectory.trial} of task {trajectory.task.id} is there already")
        if tasks.setdefault(trajectory.task.id, trajectory.task) != trajectory.task:
            raise _unfit(path, f"Line {number}: task {trajectory.task.id} is another one than before")
        found[key] = trajectory
    if not found:
        raise _unfit(path, "There is no trajectory in it")
    places = {name: number for number, name in enumerate(tasks)}
    return tuple(sorted(found.values(), key=lambda item: (places[item.task.id], item.trial)))


def _convert(task: _Tau2Task) -> Task:
    scenario = task.user_scenario.instructions
    parts = (scenario.reason_for_call, scenario.task_instructions, scenario.unknown_info)
    return Task(
        id=task.id,
        purpose=_tidy(task.description.purpose) if task.description else None,
        goal=_tidy("\n".join(filter(None, parts))),
        knows={"about_yourself": _tidy(scenario.known_info)} if scenario.known_info else {},
        actions=task.evaluation_criteria.actions or (),
        outputs=task.evaluation_criteria.communicate_info or (),
    )


def _convert_result(result: _Result) -> Trajectory:
    old = result.info.task
    task = Task(
        id=str(result.task_id),
        goal=_tidy(old.instruction),
        knows={"user_id": old.user_id},
        actions=tuple(Action(name=action.name, arguments=action.kwargs) for action in old.actions),
        outputs=old.outputs,
    )
    return Trajectory(
        task=task,
        trial=result.trial,
        reward=result.reward,
        messages=result.traj,
        finished=result.info.reward_info is not None,
    )


def _tidy(text: str | None) -> str:
    """The text without empty lines and without blanks around the others; several lines end with a line break."""
    lines = [" ".join(line.split()) for line in (text or "").splitlines() if line.strip()]
    return "".join(f"{line}\n" for line in lines) if lines[1:] else "".join(lines)


def _parse(model: type[M], item: object, path: Path, place: str) -> M:
    try:
        return model.model_validate(item)
    except ValidationError as error:
        first = error.errors()[0]
        where = ".".join(str(part) for part in first["loc"])
        raise _unfit(path, f"In {place}, {where}: {first['msg']}") from None


def _read(path: Path) -> str:
    """The text of a file, unpacked where it is packed."""
    try:
        data = path.read_bytes()
        return (gzip.decompress(data) if data[:2] == b"\x1f\x8b" else data).decode()
    except OSError as error:
        reason = (error.strerror or str(error)).lower()
    except (EOFError, zlib.error):
        reason = "it is damaged"
    except UnicodeDecodeError:
        reason = "it is not UTF-8"
    message = f"The file cannot be read: {reason}"
    raise KiwerkError(message, path=path, remedy="Name a readable file of tau-bench or tau2-bench")


def _unfit(path: Path, message: str) -> KiwerkError:
    return KiwerkError(
        message, path=path, remedy="Name a file as tau-bench or tau2-bench publish it: docs/importing.md"
    )
