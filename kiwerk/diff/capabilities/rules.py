"""What must hold in every conversation: rules that are gone, only warn, or allow more."""

from __future__ import annotations

from typing import TYPE_CHECKING

from kiwerk.diff.agents import line_of
from kiwerk.diff.capabilities.found import narrower, review, wider

if TYPE_CHECKING:
    from collections.abc import Iterator

    from kiwerk.diff.agents import Side
    from kiwerk.diff.capabilities.found import Say
    from kiwerk.record.comparison import Capability
    from kiwerk.spec.process import OrderRule


def find_rules(base: Side, head: Side) -> Iterator[Capability]:
    """Rules of processes that the agent has on both sides."""
    for name, loaded in head.processes.items():
        before = base.processes.get(name)
        if before is None:
            continue
        old = {rule.id: (number, rule) for number, rule in enumerate(before.spec.rules)}
        new = {rule.id: (number, rule) for number, rule in enumerate(loaded.spec.rules)}
        title = loaded.spec.title
        for rule_id, (number, _) in old.items():
            if rule_id not in new:
                message = f"is no longer held to the rule '{rule_id}' of '{title}'"
                yield wider(head, "lost-rule", message, base=line_of(before, "rules", number))
        for rule_id, (number, rule) in new.items():
            place = line_of(loaded, "rules", number)
            if rule_id not in old:
                yield narrower(head, "new-rule", f"is held to the new rule '{rule_id}' of '{title}'", head=place)
                continue
            old_number, old_rule = old[rule_id]
            places = {"base": line_of(before, "rules", old_number), "head": place}
            if old_rule != rule:
                say, name_of_change, message = _compare(old_rule, rule)
                yield say(head, name_of_change, f"rule '{rule_id}' of '{title}': {message}", **places)


def _compare(old: OrderRule, new: OrderRule) -> tuple[Say, str, str]:
    """How to say what became of a rule, the name of the change, and the sentence."""
    if old.severity == "block" and new.severity == "warn":
        return wider, "looser-rule", "breaking it only warns now"
    if old.severity == "warn" and new.severity == "block":
        return narrower, "stricter-rule", "breaking it fails the case now"
    if old.absence and new.absence and old.absence[0] == new.absence[0]:
        more = new.absence[1] > old.absence[1]
        message = f"{new.absence[0]} may happen {new.absence[1] - 1} times, before {old.absence[1] - 1}"
        return (wider, "raised-limit", message) if more else (narrower, "lowered-limit", message)
    return review, "other-rule", "says something else; review it"
