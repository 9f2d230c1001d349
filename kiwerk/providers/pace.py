"""How many requests one provider gets at once, learnt from its answers.

Additive increase, multiplicative decrease (Chiu and Jain 1989; RFC 5681 for the quick start): the limit doubles with
every round of answers until the first refusal, halves at a refusal, and then grows by one a round.
"""

from __future__ import annotations

import asyncio
import time
from collections import deque

FIRST_LIMIT = 16
"""A small plan refuses some of them once; with half as many a run of a hundred cases is half over before it is fast."""
MOST_IN_FLIGHT = 64
"""What a small plan can hardly use up at a second or more an answer."""


class Pace:
    """The requests of all conversations to one provider; what it refuses to one slows all."""

    def __init__(self, most: int = MOST_IN_FLIGHT) -> None:
        """Begin carefully, and never have more than `most` requests in flight."""
        self._most = most
        self._limit = min(FIRST_LIMIT, most)
        self._in_flight = 0
        self._waiting: deque[asyncio.Future[None]] = deque()
        self._paused_until = 0.0
        self._round = 0
        self._answered = 0
        self._was_refused = False

    @property
    def limit(self) -> int:
        """Requests that may be in flight now, at least 1."""
        return self._limit

    async def enter(self) -> int:
        """Wait until a request may be sent; the round it belongs to, to be handed back with its outcome."""
        while True:
            if (left := self._paused_until - time.monotonic()) > 0:
                await asyncio.sleep(left)
            elif self._in_flight >= self._limit:
                await self._queue()
            else:
                self._in_flight += 1
                return self._round

    def leave(self) -> None:
        """The request is over, whatever came of it."""
        self._in_flight -= 1
        self._wake()

    def note_answer(self) -> None:
        """The provider had room for a request."""
        self._answered += 1
        if self._limit < self._most and (not self._was_refused or self._answered >= self._limit):
            self._limit += 1
            self._answered = 0
            self._wake()

    def note_refusal(self, sent_in: int, pause_seconds: float) -> None:
        """The provider had no room; nobody asks it again within `pause_seconds`.

        Args:
            sent_in: the round of the refused request. What was sent together is refused together: that is one sign,
                not many.
            pause_seconds: what the provider asked for, 0 where it did not.
        """
        self._paused_until = max(self._paused_until, time.monotonic() + pause_seconds)
        if sent_in == self._round:
            self._limit = max(1, self._limit // 2)
            self._round += 1
            self._answered = 0
            self._was_refused = True

    async def _queue(self) -> None:
        place: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._waiting.append(place)
        try:
            await place
        except asyncio.CancelledError:
            # its turn, if it had come, is the next one's
            if place in self._waiting:
                self._waiting.remove(place)
            self._wake()
            raise

    def _wake(self) -> None:
        for _ in range(min(self._limit - self._in_flight, len(self._waiting))):
            place = self._waiting.popleft()
            if not place.done():
                place.set_result(None)
