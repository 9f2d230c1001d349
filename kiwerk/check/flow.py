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
