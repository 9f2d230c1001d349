"""The operations of a Toolset as a server offers them now: descriptions and parameters follow, all else stays."""

from __future__ import annotations

import copy
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from kiwerk.edit.revise import is_same
from kiwerk.record import AddedOperation, ChangedOperation
from kiwerk.tools.offer import describe_offer

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from kiwerk.tools.offer import Offer

FIRST_OUTCOME = "ok"
"""Servers name no outcomes, and an operation needs one; people name the others."""


@dataclass(frozen=True, slots=True)
class Pull:
    """What a document shall say, and how that differs from what it says."""

    operations: dict[str, Any]
    added: tuple[AddedOperation, ...]
    changed: tuple[ChangedOperation, ...]
    removed: tuple[str, ...]
    notes: tuple[str, ...]


def plan_pull(operations: Mapping[str, Any], offers: Mapping[str, Offer]) -> Pull:
    """The operations of a document with what a server offers.

    Args:
        operations: those it has, as data.
        offers: the server's tools by the names of their operations.
    """
    wanted: dict[str, Any] = copy.deepcopy(dict(operations))
    added: list[AddedOperation] = []
    changed: list[ChangedOperation] = []
    notes: list[str] = []
    for name, offer in offers.items():
        notes += _find_doubts(name, offer, operations.get(name))
        if name not in operations:
            proposed = _propose(name, offer)
            added.append(proposed)
            wanted[name] = _describe(proposed, offer)
            continue
        said = {"description": describe_offer(offer), "parameters": dict(offer.parameters)}
        fields = tuple(key for key, value in said.items() if not is_same(operations[name].get(key), value))
        if fields:
            changed.append(ChangedOperation.model_validate({"operation": name, "fields": fields}))
            wanted[name].update(said)
    removed = tuple(name for name in operations if name not in offers)
    return Pull(wanted, tuple(added), tuple(changed), removed, tuple(notes))


def _propose(name: str, offer: Offer) -> AddedOperation:
    """What an operation may do until a person has looked: as much care as can be."""
    if offer.reads_only:
        reason = "the server says that it only reads"
        return AddedOperation(operation=name, tool=offer.name, effect="read", confirm=None, reason=reason)
    said = "that it changes something" if offer.reads_only is False else "nothing about it"
    reason = f"the server says {said}"
    return AddedOperation(operation=name, tool=offer.name, effect="write", confirm="explicit", reason=reason)


def _describe(proposed: AddedOperation, offer: Offer) -> dict[str, Any]:
    confirm = {"confirm": proposed.confirm} if proposed.confirm else {}
    return {
        "description": describe_offer(offer),
        "effect": proposed.effect,
        **confirm,
        "outcomes": [FIRST_OUTCOME],
        "parameters": dict(offer.parameters),
    }


def _find_doubts(name: str, offer: Offer, operation: Mapping[str, Any] | None) -> Iterator[str]:
    if offer.name != name:
        yield f"the server's tool {offer.name!r} is called {name} here"
    if not offer.description.strip():
        yield f"{name} has no description at the server, so its name stands there"
    if operation is not None and operation.get("effect") == "read" and offer.reads_only is False:
        yield f"the server says that {name} changes something, and the document says `effect: read`"
