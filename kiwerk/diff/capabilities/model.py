"""Who speaks for an agent, how it is asked, and where the data goes."""

from __future__ import annotations

from typing import TYPE_CHECKING

from kiwerk.diff.capabilities.found import review, wider

if TYPE_CHECKING:
    from collections.abc import Iterator

    from kiwerk.diff.agents import Side
    from kiwerk.record.comparison import Capability

_DEFAULT = "the provider's default"


def find_model(base: Side, head: Side) -> Iterator[Capability]:
    """Another model, other parameters, another region."""
    old, new = base.agent.spec.model, head.agent.spec.model
    places = {"base": base.line("model", "name"), "head": head.line("model", "name")}
    if old.name != new.name:
        yield review(head, "other-model", f"speaks by {new.name}, before by {old.name}", **places)
    for name in ("temperature", "max_tokens"):
        before, after = getattr(old, name), getattr(new, name)
        if before != after:
            message = f"{name} is {_value(after)}, before {_value(before)}"
            yield review(head, "other-model", message, base=base.line("model", name), head=head.line("model", name))
    before, after = _region(base), _region(head)
    if before != after:
        message = f"data goes to {after or 'a region nobody named'}, before to {before or 'one nobody named'}"
        yield wider(head, "other-region", message, **places)
    for name in ("channel", "language", "address"):
        before, after = getattr(base.agent.spec, name), getattr(head.agent.spec, name)
        if before != after:
            message = f"{name} is {after or 'not set'}, before {before or 'not set'}"
            yield review(head, f"other-{name}", message, base=base.line(name), head=head.line(name))


def _region(side: Side) -> str | None:
    provider = side.agent.spec.model.name.partition(":")[0]
    processors = side.organization.processors if side.organization else {}
    return processors[provider].region if provider in processors else None


def _value(value: object) -> str:
    return _DEFAULT if value is None else str(value)
