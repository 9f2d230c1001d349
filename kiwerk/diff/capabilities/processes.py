"""Which matters an agent deals with, and whether a way through them leads to a write that nobody affirmed."""

from __future__ import annotations

from typing import TYPE_CHECKING

from kiwerk.check.flow import find_affirmed_slots
from kiwerk.diff.agents import line_of
from kiwerk.diff.capabilities.found import narrower, wider
from kiwerk.language.phrase import join_names

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from kiwerk.diff.agents import Side
    from kiwerk.load.project import Loaded
    from kiwerk.record.comparison import Capability
    from kiwerk.spec import Process


def find_processes(base: Side, head: Side) -> Iterator[Capability]:
    """Processes that came or went, and writes for which less is affirmed than before."""
    for name, loaded in head.processes.items():
        before = base.processes.get(name)
        if before is None:
            message = f"now deals with the process '{loaded.spec.title}'"
            yield wider(head, "new-process", message, head=line_of(loaded, "title"))
            continue
        old, new = _affirmed_before_writes(base, before), _affirmed_before_writes(head, loaded)
        for step, slots in new.items():
            if lost := sorted(old.get(step, frozenset()) - slots):
                message = f"may reach the step '{step}' of '{loaded.spec.title}' without an affirmed {join_names(lost)}"
                places = {"base": line_of(before, "steps"), "head": line_of(loaded, "steps")}
                yield wider(head, "lost-confirmation", message, **places)
    for name, loaded in base.processes.items():
        if name not in head.processes:
            message = f"no longer deals with the process '{loaded.spec.title}'"
            yield narrower(head, "lost-process", message, base=line_of(loaded, "title"))


def _affirmed_before_writes(side: Side, process: Loaded[Process]) -> Mapping[str, frozenset[str]]:
    """Slots that are affirmed on every way to a step that writes, by the step's id."""
    writes = {label for label, (_, _, operation) in side.operations.items() if operation.effect == "write"}
    affirmed = find_affirmed_slots(process.spec)
    return {step.id: affirmed[step.id] for step in process.spec.steps if step.call in writes and step.id in affirmed}
