"""Reuse: which stored samples stand for planned conversations, so that nothing is paid for twice."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Container, Sequence
    from datetime import datetime

    from kiwerk.pipeline.models import Access
    from kiwerk.run.plan import Planned
    from kiwerk.store import Store


def find_reusable(
    store: Store, plan: Sequence[Planned], held: Container[int], access: Access, since: datetime
) -> dict[int, str]:
    """Ids of stored samples by the position of the planned conversation that each stands for.

    Args:
        store: the records.
        plan: the conversations.
        held: positions that need none.
        access: to the endpoint whose samples count.
        since: when the oldest that counts was held.
    """
    positions: dict[tuple[str, str], list[int]] = {}
    hosts: dict[str, str | None] = {}
    for position, item in enumerate(plan):
        if item.script is None and not item.skipped and position not in held:
            hosts.setdefault(item.conversation.subject, access.source_of(item.rendered.bundle).host)
            positions.setdefault((item.conversation.subject, item.conversation.stimulus), []).append(position)
    reused: dict[int, str] = {}
    for key, wanted in positions.items():
        host = hosts[key[0]]
        found = [
            (name, sample)
            for name, sample in store.find_samples(*key, since)
            if sample.source.host == host and sample.fault != "user"
        ]
        # after attempts that broke off all are taken anew: the gate looks at the newest ones
        if not any(sample.is_broken_off for _, sample in found[-len(wanted) :]):
            usable = [name for name, sample in found if not sample.is_broken_off]
            reused.update(zip(wanted, usable, strict=False))
    return reused
