"""Which operations do what, and which events end a process, by their labels."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

    from kiwerk.load.project import Loaded
    from kiwerk.spec import Process, Toolset
    from kiwerk.spec.toolset import Effect


def find_ends(processes: Mapping[str, Loaded[Process]]) -> frozenset[str]:
    """Labels of the events with which one of the processes ends."""
    return frozenset(
        event for loaded in processes.values() for end in loaded.spec.ends.values() for event in end.events
    )


def find_acts(toolsets: Mapping[str, Toolset]) -> frozenset[str]:
    """Labels of the operations that change something or hand over."""
    return find_operations(toolsets, "write") | find_operations(toolsets, "handover")


def find_operations(toolsets: Mapping[str, Toolset], effect: Effect) -> frozenset[str]:
    """Labels of the operations with this effect."""
    return frozenset(
        f"{name}.{label}"
        for name, toolset in toolsets.items()
        for label, operation in toolset.operations.items()
        if operation.effect == effect
    )
