"""A plan in parts, one for each of several machines: cut by case, the same wherever it is done."""

from __future__ import annotations

import re
from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING

from kiwerk.errors import KiwerkError
from kiwerk.language.phrase import count
from kiwerk.run.plan import digest_conversations

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from kiwerk.run.plan import Planned

_USUAL_SECONDS = 1.0
"""Taken for a conversation with a model where nothing is known: then it is their number that is balanced."""

_SCRIPTED_SECONDS = 0.01
"""Of a reference or a counterexample: no model is waited for."""


@dataclass(frozen=True, slots=True)
class Shard:
    """Which part of how many, from 1."""

    number: int
    count: int

    def __str__(self) -> str:
        return f"{self.number}/{self.count}"


@dataclass(frozen=True, slots=True)
class Part:
    """One part of a plan."""

    shard: Shard
    plan: str
    """Digest of the whole plan."""
    conversations: tuple[Planned, ...]
    cases: tuple[str, ...] = ()
    """Those of the whole plan that a model is asked about, or all where it is asked about none."""


def parse_shard(text: str) -> Shard:
    """The part meant by `3/16`.

    Raises:
        KiwerkError: it is none.
    """
    found = re.fullmatch(r"([1-9]\d{0,4})/([1-9]\d{0,4})", text, re.ASCII)
    if found is None or int(found[1]) > int(found[2]):
        raise KiwerkError(f"'{text}' is not a part of a plan", remedy="Write it as 3/16: the third of sixteen")
    return Shard(int(found[1]), int(found[2]))


def digest_whole(plan: Sequence[Planned]) -> str:
    """Digest by which the parts of a plan are known to belong together."""
    return digest_conversations((item.conversation, item.situation.oracle) for item in plan)


def cut_plan(plan: Sequence[Planned], parts: int, seconds: Mapping[str, float]) -> tuple[tuple[Planned, ...], ...]:
    """A plan in parts of about the same length, the conversations of a case together and in their order.

    Args:
        plan: the conversations.
        parts: how many there are to be.
        seconds: how long a conversation with a model takes, by case.

    Raises:
        KiwerkError: there are fewer cases than parts, so that one of them would show nothing.
    """
    lengths: dict[str, float] = defaultdict(float)
    for item in plan:
        usual = seconds.get(item.conversation.case, _USUAL_SECONDS)
        lengths[item.conversation.case] += usual if item.script is None and not item.skipped else _SCRIPTED_SECONDS
    if parts > len(lengths):
        message = f"{count(len(lengths), 'case')} cannot be cut into {parts} parts"
        raise KiwerkError(message, remedy=f"Take at most {len(lengths)}")
    # the longest first, each to whom has least to do so far; no two machines may differ, so ties go by name and number
    loads = [(0.0, number) for number in range(parts)]
    where: dict[str, int] = {}
    for case in sorted(lengths, key=lambda name: (-lengths[name], name)):
        load, number = min(loads)
        loads[number] = (load + lengths[case], number)
        where[case] = number
    return tuple(tuple(item for item in plan if where[item.conversation.case] == number) for number in range(parts))
