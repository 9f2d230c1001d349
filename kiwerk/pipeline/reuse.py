"""Reuse: which stored samples stand for planned conversations, so that nothing is paid for twice."""

from __future__ import annotations

from typing import TYPE_CHECKING

from kiwerk import __version__
from kiwerk.record import Status

if TYPE_CHECKING:
    from collections.abc import Container, Mapping, Sequence
    from datetime import datetime

    from kiwerk.pipeline.models import Access
    from kiwerk.record import Result, Score, Source, Transcript
    from kiwerk.run.plan import Planned
    from kiwerk.store import Store


def find_reusable(
    store: Store, plan: Sequence[Planned], held: Container[int], access: Access, since: datetime
) -> dict[int, tuple[str, Transcript]]:
    """Stored samples with their ids, by the position of the planned conversation that each stands for.

    Args:
        store: the records.
        plan: the conversations.
        held: positions that need none.
        access: to the endpoint whose samples count.
        since: when the oldest that counts was held.
    """
    positions: dict[str, dict[str, list[int]]] = {}
    sources: dict[str, Source] = {}
    for position, item in enumerate(plan):
        if item.script is None and not item.skipped and position not in held:
            key = item.conversation
            if key.subject not in sources:
                sources[key.subject] = access.source_of(item.rendered.bundle)
            positions.setdefault(key.subject, {}).setdefault(key.stimulus, []).append(position)
    reused: dict[int, tuple[str, Transcript]] = {}
    for subject, by_stimulus in positions.items():
        pool = store.load_pool(subject, by_stimulus, since)
        for stimulus, wanted in by_stimulus.items():
            found = [
                (name, sample)
                for name, sample in pool.get(stimulus, ())
                if sample.source.is_same_server(sources[subject]) and sample.fault != "user"
            ]
            # after attempts that broke off all are taken anew: the gate looks at the newest ones
            if not any(sample.is_broken_off for _, sample in found[-len(wanted) :]):
                usable = [(name, sample) for name, sample in found if not sample.is_broken_off]
                reused.update(zip(wanted, usable, strict=False))
    return reused


def find_known_scores(
    store: Store, plan: Sequence[Planned], held: Mapping[int, tuple[str, Transcript]]
) -> dict[int, tuple[Score, ...]]:
    """Scores by position, of conversations that the newest run judged already and that passed whole."""
    known = load_known_scores(store, 1) if held else {}
    return {
        position: known[key]
        for position, (name, _) in held.items()
        if position < len(plan)
        and not plan[position].situation.judges
        and (key := (name, plan[position].situation.oracle)) in known
    }


def load_known_scores(store: Store, runs: int) -> dict[tuple[str | None, str], tuple[Score, ...]]:
    """Scores by transcript and oracle, of what passed whole in so many of the newest runs.

    A score follows from the two alone, where no judge is asked. What did not pass is judged anew, since lines move;
    and the gate judges everything anew, since what is in a store may have been written by anybody.
    """
    return {
        (result.transcript, result.oracle): result.scores
        for run in store.load_finished(runs)
        if run.engine == __version__
        for result in run.results
        if _passed_whole(result)
    }


def _passed_whole(result: Result) -> bool:
    return bool(result.scores) and all(score.status is Status.PASSED for score in result.scores)
