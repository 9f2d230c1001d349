"""Progress: how far a run is, told after each conversation to whoever shows it."""

from __future__ import annotations

import time
from dataclasses import dataclass
from typing import TYPE_CHECKING, Self

from kiwerk.record import Status, sum_status

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence

    from kiwerk.pipeline.budget import Meter
    from kiwerk.record import Score, Transcript
    from kiwerk.run.plan import Planned
    from kiwerk.run.scheduler import Job

_USUAL_SECONDS = 1.0
_SCRIPTED_SECONDS = 0.001
"""Of a reference or a counterexample, for which no model is waited."""


@dataclass(frozen=True, slots=True)
class Progress:
    """How far a run is."""

    planned: int
    done: int
    """Conversations that are held, those of before included."""
    running: int
    passed: int
    failed: int
    errored: int
    tokens: int
    eur: float | None
    """Spent so far; absent where it is not known."""
    left_seconds: float | None
    """How long the rest will take at the rate so far; absent where nothing is known yet."""
    is_live: bool = True
    """Whether a model is asked at all: without one, a run is over soon."""
    is_stopping: bool = False
    """Whether what is in flight is waited for, and nothing more begins."""


class Onlooker:
    """Counts conversations as they begin and end, and tells about it."""

    def __init__(self, plan: Sequence[Planned], meter: Meter, tell: Callable[[Progress], None]) -> None:
        """Begin to look at a plan."""
        self.meter = meter
        self._tell = tell
        self._plan = plan
        self._missing: dict[int, float] = {}
        self._is_live = False
        self._left = self._done_weight = 0.0
        self._began = time.monotonic()
        self._statuses = dict.fromkeys(Status, 0)
        self._done = len(plan)
        self._running = 0

    def start(self, missing: Iterable[int]) -> None:
        """Look at those conversations of the plan that are to be held now."""
        self._missing = {position: _weigh(self._plan[position]) for position in missing}
        self._is_live = any(self._plan[position].script is None for position in self._missing)
        self._left = sum(self._missing.values())
        self._done = len(self._plan) - len(self._missing)
        self._began = time.monotonic()

    def begin(self, jobs: Iterator[Job]) -> Iterator[Job]:
        """The jobs, counted as each begins, as long as one more may; there may be more after there were none."""
        return _Begun(jobs, self)

    def admit(self) -> bool:
        """Whether one more may begin, which then counts as running."""
        may = self.meter.may_begin()
        self._running += may
        return may

    def end(self, position: int, transcript: Transcript, scores: Sequence[Score] | None, *, is_settled: bool) -> None:
        """Count a conversation that ended; without scores it waits for a judge, unsettled it is held again."""
        self.meter.add(transcript)
        self._running -= 1
        if not is_settled:
            return
        self._done += 1
        self._done_weight += self._missing[position]
        self._left -= self._missing[position]
        if scores is not None:
            self._statuses[_judge(self._plan[position], scores)] += 1

    def tell(self) -> None:
        """Tell how far the run is."""
        elapsed = time.monotonic() - self._began
        eur = self.meter.spent_eur
        self._tell(
            Progress(
                planned=len(self._plan),
                done=self._done,
                running=self._running,
                passed=self._statuses[Status.PASSED],
                failed=self._statuses[Status.FAILED],
                errored=self._statuses[Status.ERRORED],
                tokens=self.meter.tokens,
                eur=eur,
                left_seconds=elapsed * self._left / self._done_weight if self._done_weight else None,
                is_live=self._is_live,
                is_stopping=self.meter.is_interrupted or self.meter.stopped is not None,
            )
        )


class _Begun:
    """Jobs that may begin."""

    def __init__(self, jobs: Iterator[Job], onlooker: Onlooker) -> None:
        self._jobs = jobs
        self._onlooker = onlooker

    def __iter__(self) -> Self:
        return self

    def __next__(self) -> Job:
        # first whether there is one: a run that lacks nothing is not stopped by what it spent
        job = next(self._jobs)
        if not self._onlooker.admit():
            raise StopIteration
        return job


def _weigh(item: Planned) -> float:
    return _USUAL_SECONDS if item.script is None else _SCRIPTED_SECONDS


def _judge(item: Planned, scores: Sequence[Score]) -> Status:
    """Status of a conversation; of a counterexample, whether it tripped what it names."""
    if item.counterexample is None:
        return sum_status(scores)
    tripped = {score.name for score in scores if score.status is Status.FAILED}
    return Status.PASSED if tripped == set(item.counterexample.trips) else Status.FAILED
