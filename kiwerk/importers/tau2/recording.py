"""A recorded conversation of tau-bench as turns, and which conversation it is.

What nobody heard is left out: the words that a model wrote beside a call (tau-bench carries out the call and drops
them), and the marks by which the simulated user ends (`###STOP###`).
"""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Any

from kiwerk.errors import KiwerkError
from kiwerk.record import Conversation, Source, ToolCall, Transcript, Turn
from kiwerk.render.canonical import digest
from kiwerk.spec.toolset import ERROR_OUTCOME

if TYPE_CHECKING:
    from datetime import datetime

    from kiwerk.importers.tau2.files import Call, Trajectory
    from kiwerk.spec import Toolset
    from kiwerk.spec.toolset import Operation

ORIGIN = "tau-bench"
_MARK = re.compile(r"###[A-Z-]+###")
_FAILED = "Error"
"""How every result begins that is none."""


def record_trajectory(
    trajectory: Trajectory, toolset: Toolset, *, agent: str, case: str, toolset_name: str, started: datetime
) -> Transcript:
    """The conversation with every call, its result as it was recorded, and where it comes from.

    Args:
        trajectory: what was recorded.
        toolset: the operations that may be called.
        agent: id of the agent that it is imported for.
        case: id of the case that its task became.
        toolset_name: local name of the toolset.
        started: when it is set; when it was held is not recorded.

    Raises:
        KiwerkError: it calls an operation that the toolset does not have.
    """
    prompt = "".join(message.content or "" for message in trajectory.messages if message.role == "system")
    cut = f"the recorder cut it off after {len(trajectory.messages) - 1} messages"
    return Transcript(
        conversation=Conversation(
            agent=agent,
            case=case,
            origin="imported",
            repetition=trajectory.trial,
            subject=digest({"imported": ORIGIN, "prompt": prompt}),
            stimulus=digest({"imported": ORIGIN, "user": trajectory.task.goal}),
        ),
        source=Source(origin="imported", provider=ORIGIN),
        started=started,
        turns=tuple(_find_turns(trajectory, toolset, toolset_name)),
        state={},
        error=None if trajectory.finished else cut,
        fault=None if trajectory.finished else "agent",
    )


def require_operation(toolset: Toolset, name: str) -> Operation:
    """The operation of this name.

    Raises:
        KiwerkError: the toolset has none.
    """
    if name not in toolset.operations:
        message = f"The operation '{name}' is none of the airline's"
        raise KiwerkError(message, remedy="Only the airline of tau-bench and tau2-bench can be imported")
    return toolset.operations[name]


def _find_turns(trajectory: Trajectory, toolset: Toolset, toolset_name: str) -> list[Turn]:
    turns: list[Turn] = []
    calls: list[ToolCall] = []
    asked: Call | None = None
    for message in trajectory.messages:
        content = message.content or ""
        if message.role == "user":
            text = _MARK.sub("", content).strip()
            if calls:
                turns.append(Turn(role="agent", text="", calls=tuple(calls)))
                calls = []
            if text:
                turns.append(Turn(role="user", text=text))
        elif message.role == "tool" and asked is not None:
            calls.append(_read_call(asked, content, toolset, toolset_name))
            asked = None
        elif message.tool_calls:
            asked = message.tool_calls[0].function
        elif message.role == "assistant":
            turns.append(Turn(role="agent", text=content, calls=tuple(calls)))
            calls = []
    if calls:
        turns.append(Turn(role="agent", text="", calls=tuple(calls)))
    return turns


def _read_call(asked: Call, content: str, toolset: Toolset, toolset_name: str) -> ToolCall:
    operation = require_operation(toolset, asked.name)
    failed = content.startswith(_FAILED)
    return ToolCall(
        operation=f"{toolset_name}.{asked.name}",
        arguments=asked.arguments,
        outcome=ERROR_OUTCOME if failed else operation.outcomes[0],
        result=_read_result(content),
    )


def _read_result(content: str) -> Any:
    """Data where it is JSON, which it mostly is, else the text."""
    try:
        return json.loads(content)
    except ValueError:
        return content
