"""The stand-in for the real systems: clauses or Python over a state that one conversation has to itself."""

from __future__ import annotations

import copy
from random import Random
from typing import TYPE_CHECKING, Any

from kiwerk.record import StateChange, ToolCall
from kiwerk.render.expression import evaluate
from kiwerk.render.problem import TemplateProblem
from kiwerk.run.fault import FaultPlan, break_call, is_unheard
from kiwerk.run.python_code import CodeFailure
from kiwerk.run.python_mock import PythonMock
from kiwerk.spec.toolset import ERROR_OUTCOME, Clause, Toolset

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from kiwerk.load.source import Source
    from kiwerk.record.transcript import Action
    from kiwerk.spec.toolset import Fault


class MockFailure(Exception):
    """The mock has no answer, or is wrong itself: the conversation is errored, by no fault of the agent."""


class MockBackend:
    """Toolsets that answer calls; `state` is by the toolset's local name and changes with each call."""

    def __init__(
        self,
        toolsets: Mapping[str, Toolset],
        state: Mapping[str, Any],
        now: str | None,
        *,
        faults: Mapping[str, Fault | Sequence[Fault | None]] | None = None,
        code: Mapping[str, Source] | None = None,
        seed: int = 0,
    ) -> None:
        """Start from a copy of `state`.

        Args:
            toolsets: by local name.
            state: by local name of the toolset.
            now: local time, `YYYY-MM-DDThh:mm`, where the case has one.
            faults: by label, how calls break down whatever the toolset says.
            code: by local name of the toolset, the Python beside it.
            seed: of the chance that Python may make use of.
        """
        self._toolsets = toolsets
        self._state: dict[str, Any] = copy.deepcopy(dict(state))
        self._now = now
        self._faults = FaultPlan(faults or {})
        random = Random(seed)  # noqa: S311  # it hides nothing
        self._code = {name: PythonMock(source, random) for name, source in (code or {}).items()}

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
        if toolset_name in self._code and mock and operation not in mock.calls:
            return self._run(label, arguments)
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

    def _run(self, label: str, arguments: dict[str, Any]) -> ToolCall:
        """What the Python beside the toolset answers."""
        toolset, _, operation = label.partition(".")
        state = self._state.setdefault(toolset, {})
        before = dict(state)
        try:
            clause = self._code[toolset].answer(operation, arguments, state, self._now)
        except CodeFailure as failure:
            message = f"the mock of {label}: {failure}"
            raise MockFailure(message) from failure
        outcomes = (*self._toolsets[toolset].operations[operation].outcomes, ERROR_OUTCOME)
        if clause.error is None and clause.fault is None and clause.outcome not in outcomes:
            message = f"the mock of {label} answers with the outcome {clause.outcome}; it has {', '.join(outcomes)}"
            raise MockFailure(message)
        return _finish(label, arguments, clause, clause.result, tuple(find_changes(toolset, before, state)))

    def _answer(self, label: str, arguments: dict[str, Any], clause: Clause, names: Mapping[str, Any]) -> ToolCall:
        toolset = label.partition(".")[0]
        # every expression of a clause sees the state before the clause changes it
        result = evaluate(clause.result, names)
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
        return _finish(label, arguments, clause, result, changes)

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


def find_changes(toolset: str, before: Mapping[str, Any], after: Mapping[str, Any]) -> Iterator[StateChange]:
    """What makes one state of a toolset from another, key by key; no key is gone."""
    for key, value in after.items():
        old = before.get(key)
        path = f"{toolset}.{key}"
        if key in before and type(old) is type(value) and old == value:
            continue
        if isinstance(old, list) and isinstance(value, list) and value[:-1] == old:
            yield StateChange(action="append", path=path, value=copy.deepcopy(value[-1]))
        elif isinstance(old, list) and (removed := _find_removed(old, value)) is not None:
            yield StateChange(action="remove", path=path, value=copy.deepcopy(old[removed]))
        else:
            yield StateChange(action="set", path=path, value=copy.deepcopy(value))


def _find_removed(old: list[Any], new: object) -> int | None:
    """Where the one element stood whose removal makes the one list from the other; None where that is not all."""
    return next((place for place in range(len(old)) if old[:place] + old[place + 1 :] == new), None)


def _finish(
    label: str, arguments: dict[str, Any], clause: Clause, result: object, changes: tuple[StateChange, ...]
) -> ToolCall:
    call = ToolCall(
        operation=label,
        arguments=arguments,
        outcome=ERROR_OUTCOME if clause.error else clause.outcome or ERROR_OUTCOME,
        result={"error": clause.error} if clause.error else result,
        changes=changes,
        delay_seconds=clause.delay,
    )
    return break_call(call, clause.fault) if clause.fault else call
