"""The graph of a process: which step may follow which, and what can be reached from the first one."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

    from kiwerk.spec import Process
    from kiwerk.spec.process import Step


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
