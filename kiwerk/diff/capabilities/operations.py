"""What an agent may call, what that changes, and whether the customer is asked before."""

from __future__ import annotations

from typing import TYPE_CHECKING

from kiwerk.diff.agents import line_of
from kiwerk.diff.capabilities.found import narrower, review, wider

if TYPE_CHECKING:
    from collections.abc import Iterator

    from kiwerk.diff.agents import Side
    from kiwerk.record.comparison import Capability
    from kiwerk.spec.toolset import Operation

_EFFECTS = {"read": "looks something up", "write": "changes something", "handover": "hands over to a human"}


def describe_operation(label: str, operation: Operation) -> str:
    """An operation with what it does: `kalender.buchen (changes something, asks first)`."""
    asks = {"explicit": ", asks first"}.get(operation.confirm or "", ", asks nobody")
    return f"{label} ({_EFFECTS[operation.effect]}{asks if operation.effect == 'write' else ''})"


def find_operations(base: Side, head: Side) -> Iterator[Capability]:
    """Operations that came or went, and what became of the effect and the confirmation of the others."""
    for label, (toolset, name, operation) in head.operations.items():
        place = line_of(toolset, "operations", name)
        before = base.operations.get(label)
        if before is None:
            yield wider(head, "new-operation", f"may now call {describe_operation(label, operation)}", head=place)
            continue
        old_toolset, old_name, old = before
        places = {"base": line_of(old_toolset, "operations", old_name), "head": place}
        if old.effect != operation.effect:
            message = f"{label} now {_EFFECTS[operation.effect]}; before it {_EFFECTS[old.effect]}"
            say = wider if operation.effect == "write" else review
            yield say(head, "other-effect", message, **places)
        if old.confirm and not operation.confirm:
            message = f"may call {label} without the customer's confirmation"
            yield wider(head, "lost-confirmation", message, **places)
        if operation.confirm and not old.confirm:
            yield narrower(head, "new-confirmation", f"must ask before it calls {label}", **places)
    for label, (toolset, name, operation) in base.operations.items():
        if label not in head.operations:
            rule = "lost-handover" if operation.effect == "handover" else "lost-operation"
            message = f"can no longer call {describe_operation(label, operation)}"
            yield narrower(head, rule, message, base=line_of(toolset, "operations", name))
