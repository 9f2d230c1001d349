"""The stand-in for the real systems: declarative clauses over a state that one conversation has to itself."""

from __future__ import annotations

import copy
from typing import TYPE_CHECKING, Any

from kiwerk.record import StateChange, ToolCall
from kiwerk.render.expression import evaluate
from kiwerk.render.problem import TemplateProblem
from kiwerk.run.fault import FaultPlan, break_call, is_unheard
from kiwerk.spec.toolset import ERROR_OUTCOME, Clause, Toolset

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from kiwerk.record.transcript import Action
    from kiwerk.spec.toolset import Fault


class MockFailure(Exception):
    """The mock has no answer, or its clause is wrong: the conversation is errored, by no fault of the agent."""


class MockBackend:
    """Toolsets that answer calls; `state` is by the toolset's local name and changes with each call."""

    def __init__(
        self,
        toolsets: Mapping[str, Toolset],
        state: Mapping[str, Any],
        now: str | None,
        faults: Mapping[str, Fault | Sequence[Fault | None]] | None = None,
    ) -> None:
        """Start from a copy of `state`.

        Args:
            toolsets: by local name.
            state: by local name of the toolset.
            now: local time, `YYYY-MM-DDThh:mm`, where the case has one.
            faults: by label, how calls break down whatever the toolset says.
        """
        self._toolsets = toolsets
        self._state: dict[str, Any] = copy.deepcopy(dict(state))
        self._now = now
        self._faults = FaultPlan(faults or {})

    @property
    def state(self) -> dict[str, Any]:
        """A copy of the state as it is now."""
        return copy.deepcopy(self._state)

    def call(self, label: str, arguments: dict[str, Any]) -> ToolCall:
        """Answer a call whose arguments fit the operation's parameters.

        Raises:
            MockFailure: no clause matches, or the matching one cannot be carried out.
        """
        fault = self._faults.next(label)
        if fault is None:
            return self._call(label, arguments)
        if is_unheard(fault):
            return break_call(ToolCall(operation=label, arguments=arguments, outcome=ERROR_OUTCOME, result=None), fault)
        return break_call(self._call(label, arguments), fault)

    def _call(self, label: str, arguments: dict[str, Any]) -> ToolCall:
        toolset_name, _, operation = label.partition(".")
        mock = self._toolsets[toolset_name].mock
        clauses = mock.calls.get(operation, []) if mock else []
        names: dict[str, Any] = {"args": arguments, "state": self._state.get(toolset_name, {})}
        if self._now is not None:
            names["now"] = self._now
        for number, clause in enumerate(clauses, 1):
            try:
                if evaluate(clause.when, names):
                    return self._answer(label, arguments, clause, names)
            except TemplateProblem as problem:
                message = f"clause {number} of the mock of {label}: {problem.message}"
                raise MockFailure(message) from None
        message = f"no clause of the mock of {label} matches {arguments}"
        raise MockFailure(message)

    def _answer(self, label: str, arguments: dict[str, Any], clause: Clause, names: Mapping[str, Any]) -> ToolCall:
        toolset = label.partition(".")[0]
        # every expression of a clause sees the state before the clause changes it
        result = {"error": clause.error} if clause.error else evaluate(clause.result, names)
        by_action: dict[Action, Mapping[str, Any]] = {
            "set": clause.change,
            "remove": clause.remove,
            "append": clause.append,
        }
        changes = tuple(
            StateChange(action=action, path=f"{toolset}.{key}", value=evaluate(value, names))
            for action, values in by_action.items()
            for key, value in values.items()
        )
        for change in changes:
            self._apply(label, toolset, change)
        call = ToolCall(
            operation=label,
            arguments=arguments,
            outcome=ERROR_OUTCOME if clause.error else clause.outcome or ERROR_OUTCOME,
            result=result,
            changes=changes,
            delay_seconds=clause.delay,
        )
        return break_call(call, clause.fault) if clause.fault else call

    def _apply(self, label: str, toolset: str, change: StateChange) -> None:
        state = self._state.setdefault(toolset, {})
        key = change.path.partition(".")[2]
        if change.action == "set":
            state[key] = copy.deepcopy(change.value)
            return
        items = state.get(key)
        if not isinstance(items, list):
            message = f"the mock of {label} wants to {change.action} at {change.path}, which is not a list"
            raise MockFailure(message)
        if change.action == "append":
            items.append(copy.deepcopy(change.value))
        elif change.value in items:
            items.remove(change.value)
        else:
            message = f"the mock of {label} wants to remove {change.value!r} from {change.path}, where it is not"
            raise MockFailure(message)
