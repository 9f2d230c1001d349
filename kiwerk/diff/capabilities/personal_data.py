"""Which classes of personal data an agent asks for, and how long they are kept."""

from __future__ import annotations

from typing import TYPE_CHECKING

from kiwerk.diff.agents import line_of
from kiwerk.diff.capabilities.found import narrower, wider
from kiwerk.language.phrase import format_duration

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from datetime import timedelta

    from kiwerk.diff.agents import Side
    from kiwerk.record.comparison import Capability, Line
    from kiwerk.spec.process import Slot


def find_personal_data(base: Side, head: Side) -> Iterator[Capability]:
    """Classes that are newly collected or no longer, and longer retention."""
    old, new = _slots(base), _slots(head)
    before = {slot.pii for slot, _ in old.values() if slot.pii}
    after = {slot.pii for slot, _ in new.values() if slot.pii}
    for (process, name), (slot, place) in new.items():
        if slot.pii and slot.pii not in before:
            message = f"newly collects {slot.pii} data: '{name}' in the process '{process}'"
            yield wider(head, "new-personal-data", message, head=place)
        known = old.get((process, name))
        if known and slot.retention and known[0].retention and slot.retention > known[0].retention:
            message = f"keeps '{name}' for {_longer(known[0].retention, slot.retention)}"
            yield wider(head, "longer-retention", message, base=known[1], head=place)
    for kind in sorted(before - after):
        place = next(place for slot, place in old.values() if slot.pii == kind)
        yield narrower(head, "lost-personal-data", f"no longer collects {kind} data", base=place)
    kept, keeps = base.agent.spec.data_protection, head.agent.spec.data_protection
    if kept and keeps and keeps.retention > kept.retention:
        message = f"keeps conversations for {_longer(kept.retention, keeps.retention)}"
        route = ("data_protection", "retention")
        yield wider(head, "longer-retention", message, base=base.line(*route), head=head.line(*route))


def _longer(before: timedelta, after: timedelta) -> str:
    return f"{format_duration(after)}, before {format_duration(before)}"


def _slots(side: Side) -> Mapping[tuple[str, str], tuple[Slot, Line]]:
    """By title of the process and name of the slot."""
    return {
        (loaded.spec.title, name): (slot, line_of(loaded, "slots", name))
        for loaded in side.processes.values()
        for name, slot in loaded.spec.slots.items()
    }
