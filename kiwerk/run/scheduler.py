"""Many conversations at once, each handed over the moment it ends, so that a kill loses only those in flight."""

from __future__ import annotations

import asyncio
from collections import deque
from dataclasses import dataclass
from typing import TYPE_CHECKING, Self

from kiwerk.run.loop import run_conversation

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable, Iterable

    from kiwerk.providers.protocol import Provider
    from kiwerk.record import Bundle, Conversation, Transcript
    from kiwerk.render.situation import Situation
    from kiwerk.run.user import User


@dataclass(frozen=True, slots=True)
class Job:
    """One conversation to hold."""

    conversation: Conversation
    bundle: Bundle
    situation: Situation
    provider: Provider
    user: User | None = None
    """Who speaks with the agent; the case's own words without one."""


class Jobs:
    """Jobs in the order in which they begin; more may be added while some are running."""

    def __init__(self) -> None:
        self._waiting: deque[Job] = deque()

    def add(self, job: Job) -> None:
        """Let a job be begun after those that are there."""
        self._waiting.append(job)

    def __iter__(self) -> Self:
        return self

    def __next__(self) -> Job:
        if not self._waiting:
            raise StopIteration
        return self._waiting.popleft()


async def run_jobs(jobs: Iterable[Job], room: Callable[[], int]) -> AsyncIterator[list[Transcript]]:
    """Transcripts in the order in which the conversations end, together those that end together.

    Args:
        jobs: the conversations, begun in this order.
        room: how many may be in flight; asked again whenever one has ended.

    Raises:
        KiwerkError: no conversation can go on. What was finished by then has been handed over.
    """
    waiting = iter(jobs)
    running: set[asyncio.Task[Transcript]] = set()
    # each task reports its own end: waiting for all of them at once would look at all of them every time
    ended: asyncio.Queue[asyncio.Task[Transcript]] = asyncio.Queue()
    try:
        while True:
            while len(running) < room() and (job := next(waiting, None)) is not None:
                task = asyncio.create_task(
                    run_conversation(job.bundle, job.situation, job.provider, job.conversation, job.user)
                )
                task.add_done_callback(ended.put_nowait)
                running.add(task)
            if not running:
                return
            finished = [await ended.get()]
            while not ended.empty():
                finished.append(ended.get_nowait())
            running.difference_update(finished)
            yield [task.result() for task in finished if task.exception() is None]
            if errors := [error for task in finished if (error := task.exception())]:
                raise errors[0]
    finally:
        for task in running:
            task.cancel()
        await asyncio.gather(*running, return_exceptions=True)
