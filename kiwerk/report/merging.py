"""What `kiwerk merge` has to say: what is amiss with a plan's parts, by their numbers."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from kiwerk.language.phrase import count, join_names

if TYPE_CHECKING:
    from collections.abc import Iterator

    from kiwerk.record import MergedRun, Merging


def format_merging(merging: Merging, style: str) -> str:
    """The report as `text` or `json`."""
    if style == "json":
        return json.dumps({"version": 1, **merging.model_dump(mode="json")}, indent=2) + "\n"
    return "\n".join(_lines(merging)) + "\n"


def _lines(merging: Merging) -> Iterator[str]:
    yield f"{count(merging.stores, 'store')} united, {count(merging.transcripts, 'new transcript')}"
    for run in merging.runs:
        if run.adds_up:
            yield f"run {run.run}: all of {count(run.shards, 'shard')}"
            continue
        yield f"run {run.run} is not complete: {'; '.join(_find_troubles(run))}"
    if not merging.runs:
        yield "no run of a shard among them"


def _find_troubles(run: MergedRun) -> Iterator[str]:
    for what, numbers in (("missing", run.missing), ("duplicate", run.duplicate)):
        if numbers:
            yield f"{what} {join_names([f'{number}/{run.shards}' for number in numbers], most=20)}"
    if not run.missing and not run.duplicate:
        yield "its parts are not the plan: give every machine the same durations"
