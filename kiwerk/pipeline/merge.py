"""Merge: the records of several machines in one store, and the runs of shards in one run.

Everything is found by what it says: in whatever order stores are united, and however often, the same comes of it.
"""

from __future__ import annotations

from collections import defaultdict
from datetime import timedelta
from typing import TYPE_CHECKING

from kiwerk.errors import KiwerkError
from kiwerk.record import MergedRun, Merging, Run
from kiwerk.render.canonical import digest
from kiwerk.run.plan import digest_conversations
from kiwerk.run.shard import parse_shard
from kiwerk.store import FILE, Store

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path


def merge(root: Path, places: Sequence[Path]) -> Merging:
    """Take the stores found in some places into a repository's own, and put their shards together.

    A plan of which a part is missing or duplicate leaves an unfinished run, which is never green.

    Args:
        root: the repository.
        places: stores, or folders that have some in them, at whatever depth.

    Raises:
        KiwerkError: there is no store in one of the places, or one cannot be read or does not hold what it says.
    """
    files = _find_stores(places)
    shards: dict[str, Run] = {}
    new = 0
    with Store(root) as store:
        for file in files:
            with Store(root, reading=True, file=file) as other:
                new += store.absorb(other)
                shards |= {run.id: run for run in other.load_runs() if run.shard is not None}
        # of a run that was finished later, the store has the finished one
        current = [run for run in store.load_runs() if run.id in shards]
        groups: dict[tuple[str, int], list[Run]] = defaultdict(list)
        for run in sorted(current, key=lambda item: item.id):
            groups[run.plan or "", parse_shard(run.shard or "").count].append(run)
        merged = []
        for (plan, number), runs in sorted(groups.items()):
            run, described = _put_together(plan, number, runs)
            store.put_merged(run, f"{plan}:{number}")
            merged.append(described)
    return Merging(stores=len(files), transcripts=new, runs=tuple(merged))


def _find_stores(places: Sequence[Path]) -> list[Path]:
    files: dict[Path, None] = {}
    for place in places:
        found = sorted(place.rglob(FILE)) if place.is_dir() else [place] if place.is_file() else []
        if not found:
            raise KiwerkError("There are no records here", path=place, remedy=f"Name a {FILE}, or a folder with some")
        files.update(dict.fromkeys(path.resolve() for path in found))
    return list(files)


def _put_together(plan: str, number: int, runs: Sequence[Run]) -> tuple[Run, MergedRun]:
    """A run of the finished shards of one plan, and what is amiss with it."""
    finished = [run for run in runs if run.complete]
    found = [parse_shard(run.shard or "").number for run in finished]
    missing = tuple(sorted({*range(1, number + 1)} - {*found}))
    duplicate = tuple(sorted({place for place in found if found.count(place) > 1}))
    results = tuple(
        sorted(
            (result for run in finished for result in run.results),
            key=lambda item: (item.conversation.agent, item.conversation.case),
        )
    )
    held = digest_conversations((result.conversation, result.oracle) for result in results)
    adds_up = not missing and not duplicate and held == plan
    ids = tuple(run.id for run in finished or runs)
    ended = max([run.finished for run in finished if run.finished], default=max(run.started for run in runs))
    revisions = {run.revision for run in runs}
    run = Run(
        # after all of its shards, so that it is the newest one
        id=f"{ended + timedelta(seconds=1):%Y%m%dT%H%M%S}-{digest(list(ids))[:6]}",
        engine=runs[0].engine,
        revision=revisions.pop() if len(revisions) == 1 else None,
        selector=runs[0].selector,
        started=min(run.started for run in runs),
        finished=ended if adds_up else None,
        seconds=max((run.seconds or 0 for run in finished), default=None),
        planned=sum(run.planned for run in runs),
        results=results,
        plan=plan,
        cases=runs[0].cases,
        merged=ids,
        base=runs[0].base,
        tier=runs[0].tier,
        seed=runs[0].seed,
    )
    return run, MergedRun(run=run.id, shards=number, missing=missing, duplicate=duplicate, adds_up=adds_up)
