"""How a system that is called breaks down, and what an agent reads of it then."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from kiwerk.spec.toolset import ERROR_OUTCOME

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from kiwerk.record import ToolCall
    from kiwerk.spec.toolset import Fault

TIMEOUT_SECONDS = 30.0
"""After which most integrations give up; nobody waits for it here."""


class FaultPlan:
    """Which calls of a conversation break down, counted for each operation."""

    def __init__(self, faults: Mapping[str, Fault | Sequence[Fault | None]]) -> None:
        self._faults = faults
        self._made: dict[str, int] = {}

    def next(self, label: str) -> Fault | None:
        """How the next call of an operation breaks down, or None where it works."""
        planned = self._faults.get(label)
        if planned is None or isinstance(planned, str):
            return planned
        made = self._made[label] = self._made.get(label, 0) + 1
        return planned[made - 1] if made <= len(planned) else None


def is_unheard(fault: Fault) -> bool:
    """Whether the system did nothing: it was not reached, or broke down before it had begun."""
    return fault in ("timeout", "server-error")


def break_call(call: ToolCall, fault: Fault) -> ToolCall:
    """The call as it ends where the system breaks down; what it changed is changed."""
    delay = call.delay_seconds or (TIMEOUT_SECONDS if fault == "timeout" else 0.0)
    result: Any
    if fault == "timeout":
        result = {"error": f"timeout: no answer within {delay:g} seconds"}
    elif fault == "server-error":
        result = {"error": "HTTP 500 Internal Server Error"}
    elif fault == "malformed":
        text = json.dumps(call.result, ensure_ascii=False)
        result = text[: max(len(text) // 2, 1)]
    else:
        result = ""
    return call.model_copy(update={"outcome": ERROR_OUTCOME, "result": result, "fault": fault, "delay_seconds": delay})
