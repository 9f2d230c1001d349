"""Diff: what a change makes different, from the documents to the stored samples of both sides."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from kiwerk import __version__
from kiwerk.diff.behaviour import compare_behaviour
from kiwerk.diff.capabilities import compare_capabilities
from kiwerk.diff.configuration import compare_documents
from kiwerk.diff.prompts import compare_prompts
from kiwerk.diff.spread import compare_spreads
from kiwerk.diff.weakening import find_weakenings
from kiwerk.language.phrase import format_duration, join_names
from kiwerk.pipeline.confirm import confirm
from kiwerk.pipeline.cover import cover
from kiwerk.pipeline.fresh import OLDEST_COMPARED
from kiwerk.pipeline.observe import observe
from kiwerk.pipeline.sides import load_sides
from kiwerk.prices import find_prices
from kiwerk.record.comparison import Baseline, Comparison
from kiwerk.store import Store

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from datetime import datetime
    from pathlib import Path

    from kiwerk.pipeline.confirm import Confirmation
    from kiwerk.pipeline.observe import Observation
    from kiwerk.record import Transcript
    from kiwerk.record.comparison import Version

_OLD = timedelta(days=14)
"""Age from which a baseline is called old."""


def compare(
    root: Path, base: str, head: str | None, now: datetime, confirmation: Confirmation | None = None
) -> Comparison:
    """Two versions of a repository beside each other; without a head, the working tree and where it left base.

    Args:
        root: the repository's root.
        base: a revision.
        head: a revision.
        now: by which the age of samples is judged.
        confirmation: how cases that look changed are sampled afresh; without it they stay undecided.

    Raises:
        KiwerkError: there is no such revision, or a part of it is not here.
    """
    sides = load_sides(root, base, head)
    stopped = confirm(root, sides, now - OLDEST_COMPARED, confirmation) if confirmation else None
    with Store(root, reading=True) as store:
        observed = observe(store, sides, now - OLDEST_COMPARED)
    changes = compare_documents(sides.base, sides.head)
    coverage = cover(sides, changes)
    return Comparison(
        engine=__version__,
        base=sides.base_version,
        head=sides.head_version,
        changes=changes,
        capabilities=compare_capabilities(sides.base, sides.head),
        prompts=tuple(compare_prompts(sides.base, sides.head)),
        weakenings=find_weakenings(sides.base, sides.head, changes, sides.files),
        coverage=coverage.parts,
        baseline=_describe_baseline(sides.base_version, observed, now),
        spreads=compare_spreads(observed.base, observed.head, find_prices(sides.head)),
        behaviour=compare_behaviour(observed.cases),
        stopped=stopped,
        left_out=(*observed.broken, *coverage.left_out),
    )


def _describe_baseline(base: Version, observed: Observation, now: datetime) -> Baseline:
    began = sorted(sample.started for sample in observed.base)
    return Baseline(
        samples=len(observed.base),
        oldest=began[0] if began else None,
        newest=began[-1] if began else None,
        reported=_reported(observed.base),
        warnings=tuple(_find_warnings(base, observed, now)),
    )


def _find_warnings(base: Version, observed: Observation, now: datetime) -> Iterator[str]:
    if observed.pairs and not observed.base:
        where = base.commit[:12] if base.commit else base.name
        yield f"no behaviour baseline for {where}; run `kiwerk eval` there or fetch its records"
        return
    models = _reported(observed.base), _reported(observed.head)
    for side, names in zip(("base", "head"), models, strict=True):
        if len(names) > 1:
            yield f"{side} was sampled of several models: {join_names(names)}"
    if observed.base and (age := now - min(sample.started for sample in observed.base)) > _OLD:
        yield f"the oldest sample of base is {format_duration(timedelta(days=age.days))} old"
    if all(models) and models[0] != models[1]:
        yield f"base was sampled of {join_names(models[0])}, head of {join_names(models[1])}: sample base again"


def _reported(samples: Sequence[Transcript]) -> tuple[str, ...]:
    return tuple(sorted({sample.source.reported or sample.source.model or "unknown" for sample in samples}))
