"""Shard: the part of a plan that one machine holds, and the durations that parts are cut by."""

from __future__ import annotations

import json
from dataclasses import dataclass
from math import ceil
from statistics import fmean
from typing import TYPE_CHECKING

from kiwerk.errors import KiwerkError
from kiwerk.language.phrase import count
from kiwerk.run.shard import Part, cut_plan, digest_whole, parse_shard
from kiwerk.store import Store

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

    from kiwerk.pipeline.workspace import Workspace
    from kiwerk.record import Transcript
    from kiwerk.run.plan import Planned

MOST_PARTS = 256
"""Jobs that GitHub allows in a matrix."""
UNKNOWN_SECONDS = 15.0
"""Taken for a conversation with a model where none is stored: some turns of a few seconds each."""
USUAL_IN_FLIGHT = 8.0
"""Taken where no run with a model is stored: what an endpoint is asked at first."""
_LONGEST = 86_400.0
_NEWEST = 10
"""Runs that are looked at."""


def cut_part(plan: Sequence[Planned], shard: str, durations: Path | None) -> Part:
    """The part of a plan that a machine holds; what the machine's own store knows is left out of account.

    Raises:
        KiwerkError: there is no such part, or the durations cannot be read.
    """
    wanted = parse_shard(shard)
    parts = cut_plan(plan, wanted.count, read_durations(durations) if durations else {})
    asked = [item.conversation.case for item in plan if item.script is None and not item.skipped]
    cases = dict.fromkeys(asked or [item.conversation.case for item in plan])
    return Part(wanted, digest_whole(plan), parts[wanted.number - 1], tuple(cases))


@dataclass(frozen=True, slots=True)
class Cut:
    """Into how many parts a plan is best cut, and why."""

    parts: int
    conversations: int
    """With a model."""
    seconds: float
    """That they would take one after the other."""
    known: int
    """Conversations of cases that some stored conversation shows the duration of."""
    in_flight: float
    """How many a machine holds at once, as the newest run shows."""

    def describe(self, minutes: float) -> str:
        """How the number was reckoned, in one sentence."""
        unknown = self.conversations - self.known
        guessed = f", {unknown} of them guessed" if unknown else ""
        return (
            f"{count(self.conversations, 'conversation')} of {self.seconds / 60:.1f} minutes in all{guessed}, "
            f"{self.in_flight:.0f} at once on a machine: {count(self.parts, 'machine')} for {minutes:g} minutes each"
        )


def plan_cut(workspace: Workspace, plan: Sequence[Planned], minutes: float) -> Cut:
    """How many machines hold a plan in about so many minutes each, by what earlier runs took."""
    durations = measure_durations(workspace)
    usual = fmean(durations.values()) if durations else UNKNOWN_SECONDS
    asked = [item.conversation.case for item in plan if item.script is None and not item.skipped]
    seconds = sum(durations.get(case, usual) for case in asked)
    in_flight = measure_in_flight(workspace.project.root)
    most = max(1, min(MOST_PARTS, len({item.conversation.case for item in plan})))
    parts = min(most, max(1, ceil(seconds / in_flight / (minutes * 60))))
    return Cut(parts, len(asked), seconds, sum(case in durations for case in asked), in_flight)


def measure_in_flight(root: Path) -> float:
    """How many conversations with a model the newest run that held some had in flight on average, 1 at least."""
    with Store(root, reading=True) as store:
        for run in store.load_runs(_NEWEST):
            fresh = [item for item in run.results if item.conversation.origin == "model" and not item.reused]
            names = {item.transcript for item in fresh}
            if run.seconds and not run.merged and any(names):
                held = [transcript for name, transcript in store.load_conversations(run.id).values() if name in names]
                return max(1.0, sum(map(_count_seconds, held)) / run.seconds)
    return USUAL_IN_FLIGHT


def measure_durations(workspace: Workspace) -> Mapping[str, float]:
    """Seconds a conversation with a model took, by case: the mean of all that are stored, under older names too."""
    today = {name: situation.id for _, situation in workspace.cases for name in reversed(situation.names)}
    taken: dict[str, list[float]] = {}
    with Store(workspace.project.root, reading=True) as store:
        for transcript in store.load_samples():
            case = transcript.conversation.case
            taken.setdefault(today.get(case, case), []).append(_count_seconds(transcript))
    return {case: round(fmean(values), 3) for case, values in sorted(taken.items())}


def _count_seconds(transcript: Transcript) -> float:
    return transcript.seconds or 0


def write_durations(path: Path, durations: Mapping[str, float]) -> None:
    """Write durations down for every machine to cut by.

    Raises:
        KiwerkError: the file cannot be written.
    """
    try:
        path.write_text(json.dumps({"version": 1, "seconds": durations}, indent=2) + "\n", encoding="utf-8")
    except OSError as error:
        raise KiwerkError(f"It cannot be written: {(error.strerror or 'unknown reason').lower()}", path=path) from error


_WRITE_THEM = "Write them with `kiwerk shard --count N --write-durations FILE`"


def read_durations(path: Path) -> Mapping[str, float]:
    """Durations as they were written down.

    Raises:
        KiwerkError: the file cannot be read, or is not one of ours.
    """
    try:
        body = json.loads(path.read_text(encoding="utf-8"))
        seconds = {str(case): float(value) for case, value in body["seconds"].items()}
    except OSError as error:
        message = f"The durations cannot be read: {(error.strerror or 'unknown reason').lower()}"
        raise KiwerkError(message, path=path, remedy=_WRITE_THEM) from error
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        message = "These are no durations"
        raise KiwerkError(message, path=path, remedy=_WRITE_THEM) from error
    if body.get("version") != 1 or not all(0 <= value <= _LONGEST for value in seconds.values()):
        raise KiwerkError("These are no durations", path=path, remedy=_WRITE_THEM)
    return seconds
