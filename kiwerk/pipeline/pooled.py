"""The stored samples of two versions, judged by today's expectations, each read and judged once."""

from __future__ import annotations

from typing import TYPE_CHECKING

from kiwerk.diff.alignment import Judged
from kiwerk.pipeline.fresh import Fresh, judge_sample
from kiwerk.pipeline.judging import Votes
from kiwerk.pipeline.reuse import load_known_scores
from kiwerk.record import Status

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime

    from kiwerk.pipeline.checked_out import CheckedOut
    from kiwerk.pipeline.models import Access
    from kiwerk.record import Transcript
    from kiwerk.render.bundle import Rendered
    from kiwerk.render.situation import Situation
    from kiwerk.store import Store

_NEWEST_RUNS = 2
"""Of which scores are taken as they are: base's and head's, where both were just evaluated."""


class Samples:
    """What is stored of some situations."""

    def __init__(self, store: Store, situations: Iterable[Situation], since: datetime, here: CheckedOut) -> None:
        """Find what all of them need.

        Args:
            store: the records.
            situations: of both versions.
            since: when the oldest sample that counts was held.
            here: says whose Python may be run to judge.
        """
        situations = tuple(situations)
        self._store, self._since, self._here = store, since, here
        self._votes = Votes(store, situations)
        self._fresh = Fresh(store, since)
        self._known = load_known_scores(store, _NEWEST_RUNS)
        self._stimuli = {situation.stimulus for situation in situations}
        self._pools: dict[str, dict[str, list[tuple[str, Transcript]]]] = {}

    def take(self, rendered: Rendered | None, situation: Situation) -> list[Judged]:
        """The samples of an agent in a situation, oldest first; none where they may not be judged here."""
        if rendered is None or not self._here.may_judge(situation):
            return []
        if rendered.ships not in self._pools:
            self._pools[rendered.ships] = self._store.load_pool(rendered.ships, self._stimuli, self._since)
        held = self._pools[rendered.ships].get(situation.stimulus, ())
        # what was taken to confirm a difference is no part of what made it look like one
        return [self._judge(situation, name, sample) for name, sample in held if name not in self._fresh.names]

    def take_fresh(
        self, base: Rendered, head: Rendered, situation: Situation, access: Access | None
    ) -> tuple[list[Judged], list[Judged]] | None:
        """What was taken of both in turns; None where nothing was."""
        asked = access.source_of(head.bundle) if access else None

        def judge(name: str, sample: Transcript) -> Judged:
            return self._judge(situation, name, sample)

        return self._fresh.find(base.ships, head.ships, situation.stimulus, judge, asked)

    def _judge(self, situation: Situation, name: str, sample: Transcript) -> Judged:
        scores = None if situation.judges else self._known.get((name, situation.oracle))
        if scores:
            return Judged(name, sample, Status.PASSED, scores)
        return judge_sample(self._votes, situation, name, sample)
