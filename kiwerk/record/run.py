"""One run of evaluations: what was planned, what came of it, and whether it was finished."""

from __future__ import annotations

from datetime import datetime
from typing import Literal

from kiwerk.record.base import Record, Status
from kiwerk.record.score import Score
from kiwerk.record.spending import Spending
from kiwerk.record.transcript import Conversation, Simulation, Source, UserError


class Replaced(Record):
    """A conversation that was held again, because its simulated user erred."""

    transcript: str
    """Id of the stored transcript."""
    errors: tuple[UserError, ...]


NOT_HELD = "not held: the verdict was certain by then"
"""Why a conversation was skipped where sampling was stopped."""


class Result(Record):
    """What one conversation came to."""

    conversation: Conversation
    transcript: str | None
    """Id of the stored transcript; absent for a skipped case."""
    oracle: str
    """Digest of what it was judged by."""
    sampled: datetime | None = None
    """When the conversation was held."""
    source: Source | None = None
    tags: tuple[str, ...] = ()
    status: Status
    """Of a counterexample: passed when it tripped exactly what it names."""
    scores: tuple[Score, ...] = ()
    trips: tuple[str, ...] = ()
    """What a counterexample must trip."""
    reason: str | None = None
    """Why it was skipped or errored."""
    seconds: float | None = None
    """Wall time of its turns; absent where no model was asked, and in records of before."""
    reused: bool = False
    """Whether it is a sample of an earlier run."""
    simulation: Simulation | None = None
    """How the user was played; absent where a person wrote its words."""
    replaced: tuple[Replaced, ...] = ()
    """Earlier attempts of this run, which the result does not count."""
    spent: tuple[Spending, ...] = ()
    """Tokens of those for whom a model was asked, in earlier attempts too."""


class Partial(Record):
    """Why a run began nothing more before its end, and what it lacks."""

    reason: str
    """A clause: `budget of 5.00 EUR spent (5.03 EUR)`."""
    held: int
    """Conversations that were held, those of before included."""
    missing: dict[str, int]
    """Number of conversations that were not, by agent."""


class Stopped(Record):
    """An agent that was not sampled any more once no rule's outcome could change: its rate says nothing."""

    agent: str
    held: int
    """Conversations with a model that were held, those of earlier runs included."""
    planned: int
    """Conversations with a model that were planned."""


class Run(Record):
    """One run of evaluations."""

    version: Literal[1] = 1
    id: str
    """Sortable by time: `20261125T173000-4f2c`."""
    engine: str
    """Version of kiwerk."""
    revision: str | None
    """Commit of the repository, with `+` when files were changed; absent outside git."""
    selector: str | None
    started: datetime
    finished: datetime | None
    """Absent while it runs and after it was killed: such a run is never green."""
    seconds: float | None = None
    """Wall time of the process that finished it."""
    planned: int
    """Conversations planned, skipped ones included."""
    results: tuple[Result, ...] = ()
    asked: tuple[Spending, ...] = ()
    """What judges took that were asked since it began."""
    partial: Partial | None = None
    """Present where it began nothing more before its end: then no figure of it is a rate."""
    shard: str | None = None
    """`3/16`: the part of a plan that it holds; absent where it holds all of it."""
    plan: str | None = None
    """Digest of the whole plan, which shards that belong together share; absent where it was not cut."""
    cases: tuple[str, ...] = ()
    """Of the whole plan, where it was cut: those a model is asked about, or all where it is asked about none."""
    merged: tuple[str, ...] = ()
    """Ids of the runs of shards that it was put together from."""
    base: str | None = None
    """Commit that was compared with, where only what changed since was run."""
    tier: str | None = None
    """`pull-request` where the model was asked about a sample of the cases only."""
    seed: int | None = None
    """What that sample was drawn by."""
    stopped: tuple[Stopped, ...] = ()
    """Agents whose verdict was certain before all their conversations were held."""

    @property
    def complete(self) -> bool:
        """Whether every planned conversation has its result."""
        return self.finished is not None and len(self.results) == self.planned
