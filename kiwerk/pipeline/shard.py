"""Shard: the part of a plan that one machine holds, and the durations that parts are cut by."""

from __future__ import annotations

import json
from statistics import fmean
from typing import TYPE_CHECKING

from kiwerk.errors import KiwerkError
from kiwerk.run.shard import Part, cut_plan, digest_whole, parse_shard
from kiwerk.store import Store

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

    from kiwerk.run.plan import Planned

_LONGEST = 86_400.0


def cut_part(plan: Sequence[Planned], shard: str, durations: Path | None) -> Part:
    """The part of a plan that a machine holds; what the machine's own store knows is left out of account.

    Raises:
        KiwerkError: there is no such part, or the durations cannot be read.
    """
    wanted = parse_shard(shard)
    parts = cut_plan(plan, wanted.count, read_durations(durations) if durations else {})
    return Part(wanted, digest_whole(plan), parts[wanted.number - 1])


def measure_durations(root: Path) -> Mapping[str, float]:
    """Seconds a conversation with a model took, by case: the mean of all that are stored."""
    taken: dict[str, list[float]] = {}
    with Store(root, reading=True) as store:
        for transcript in store.load_samples():
            seconds = sum(turn.latency_seconds or 0 for turn in transcript.turns)
            taken.setdefault(transcript.conversation.case, []).append(seconds)
    return {case: round(fmean(values), 3) for case, values in sorted(taken.items())}


def write_durations(path: Path, durations: Mapping[str, float]) -> None:
    """Write durations down for every machine to cut by.

    Raises:
        KiwerkError: the file cannot be written.
    """
    try:
        path.write_text(json.dumps({"version": 1, "seconds": durations}, indent=2) + "\n", encoding="utf-8")
    except OSError as error:
        raise KiwerkError(f"It cannot be written: {(error.strerror or 'unknown reason').lower()}", path=path) from error


def read_durations(path: Path) -> Mapping[str, float]:
    """Durations as they were written down.

    Raises:
        KiwerkError: the file cannot be read, or is not one of ours.
    """
    try:
        body = json.loads(path.read_text(encoding="utf-8"))
        seconds = {str(case): float(value) for case, value in body["seconds"].items()}
    except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
        message = "These are no durations"
        raise KiwerkError(message, path=path, remedy="Write them with `kiwerk shard --write-durations`") from error
    if body.get("version") != 1 or not all(0 <= value <= _LONGEST for value in seconds.values()):
        raise KiwerkError("These are no durations", path=path, remedy="Write them anew")
    return seconds
