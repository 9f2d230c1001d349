"""The graph of a process: which step may follow which, and what can be reached from the first one."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

    from kiwerk.spec import Process
    from kiwerk.spec.process import Branch, Step


def steps_by_id(process: Process) -> Mapping[str, Step]:
    """The steps by id; of two with the same id the first, as another rule tells of the second."""
    steps: dict[str, Step] = {}
    for step in process.steps:
        steps.setdefault(step.id, step)
    return steps


def find_reachable(process: Process) -> tuple[Step, ...]:
    """The steps that some conversation can reach, the first one first."""
    steps = steps_by_id(process)
    found = {process.steps[0].id: process.steps[0]}
    queue = [process.steps[0]]
    for step in queue:
        for branch in step.branches:
            following = steps.get(branch.target)
            if following is not None and following.id not in found:
                found[following.id] = following
                queue.append(following)
    return tuple(queue)


def find_trapped(process: Process) -> frozenset[str]:
    """Ids of the steps that can be reached and from which no end can be reached.

    A branch that leads nowhere may have led to an end, and is told elsewhere.
    """
    steps = steps_by_id(process)
    reachable = find_reachable(process)
    leaving: dict[str, list[str]] = {}
    queue = []
    for step in reachable:
        targets = [branch.target for branch in step.branches]
        if step.end is not None or any(target not in steps for target in targets):
            queue.append(step.id)
        for target in targets:
            leaving.setdefault(target, []).append(step.id)
    free = set(queue)
    for step_id in queue:
        for before in leaving.get(step_id, ()):
            if before not in free:
                free.add(before)
                queue.append(before)
    return frozenset(step.id for step in reachable) - free


def find_affirmed_slots(process: Process) -> Mapping[str, frozenset[str]]:
    """Slots whose values are affirmed on every way to a step, by step; steps that cannot be reached are absent."""
    steps = steps_by_id(process)
    first = process.steps[0].id
    affirmed: dict[str, frozenset[str]] = {first: frozenset()}
    queue = [first]
    # slots are only ever taken away from a step, so that this ends
    for step_id in queue:
        step = steps[step_id]
        for branch in step.branches:
            if branch.target not in steps:
                continue
            carried = _carried_on(step, branch, affirmed[step_id])
            before = affirmed.get(branch.target)
            after = carried if before is None else before & carried
            if after != before:
                affirmed[branch.target] = after
                queue.append(branch.target)
    return affirmed


def _carried_on(step: Step, branch: Branch, affirmed: frozenset[str]) -> frozenset[str]:
    """What is affirmed behind a branch of a step, given what was before the step."""
    if step.confirm and branch.when == "affirmed":
        return affirmed | frozenset(step.confirm)
    # what is asked again, or refused, is no longer what was affirmed
    return affirmed - frozenset(step.collect or step.confirm or ())
