"""Many conversations at once, each handed over the moment it ends, so that a kill loses only those in flight."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from typing import TYPE_CHECKING

from kiwerk.run.loop import run_conversation

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Iterable

    from kiwerk.providers.protocol import Provider
    from kiwerk.record import Bundle, Conversation, Transcript
    from kiwerk.render.situation import Situation


@dataclass(frozen=True, slots=True)
class Job:
    """One conversation to hold."""

    conversation: Conversation
    bundle: Bundle
    situation: Situation
    provider: Provider


async def run_jobs(jobs: Iterable[Job], concurrency: int) -> AsyncIterator[Transcript]:
    """Transcripts in the order in which the conversations end, at most `concurrency` of them in flight.

    Raises:
        KiwerkError: no conversation can go on. What was finished by then has been handed over.
    """
    waiting = iter(jobs)
    running: set[asyncio.Task[Transcript]] = set()
    try:
        while True:
            while len(running) < concurrency and (job := next(waiting, None)) is not None:
                running.add(
                    asyncio.create_task(run_conversation(job.bundle, job.situation, job.provider, job.conversation))
                )
            if not running:
                return
            finished, running = await asyncio.wait(running, return_when=asyncio.FIRST_COMPLETED)
            errors = [error for task in finished if (error := task.exception())]
            for task in finished:
                if task.exception() is None:
                    yield task.result()
            if errors:
                raise errors[0]
    finally:
        for task in running:
            task.cancel()
        await asyncio.gather(*running, return_exceptions=True)
