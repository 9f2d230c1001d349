"""The one layer that sends a request again: only after what is transient, never after a wrong answer."""

from __future__ import annotations

import asyncio
import math
import random
import time
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import TYPE_CHECKING, TypeVar

from kiwerk.errors import KiwerkError
from kiwerk.providers.protocol import ProviderFailure
from kiwerk.providers.secret import hide_secrets

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from kiwerk.providers.pace import Pace
    from kiwerk.providers.protocol import Tally

Answer = TypeVar("Answer")

_FAULTY_ATTEMPTS = 4
"""After as many faults (500, a dropped connection, no answer in time) the next one is likely, too."""
_BUSY_ATTEMPTS = 12
"""A provider that is busy is not broken: with the waits between them they last minutes, as a window of a rate limit."""
_FIRST_WAIT_SECONDS = 0.5
_LONGEST_WAIT_SECONDS = 30.0
LONGEST_PAUSE_SECONDS = 300.0
"""Rate limits by the minute end sooner; who asks for more has an allowance by the day, which no run waits for."""


class TransientError(Exception):
    """The request may succeed when it is sent again."""

    def __init__(self, problem: str, *, is_busy: bool = False, pause_seconds: float = 0.0) -> None:
        """Say what happened.

        Args:
            problem: one line.
            is_busy: whether the provider has too much to do, instead of a fault.
            pause_seconds: how long it asked to be left alone.
        """
        super().__init__(hide_secrets(problem))
        self.is_busy = is_busy
        self.pause_seconds = pause_seconds


class NotSentError(ProviderFailure):
    """Nobody was reached, so no request was sent: waiting would not change that."""


async def send_patiently(send: Callable[[], Awaitable[Answer]], pace: Pace, tally: Tally) -> Answer:
    """What `send` returns, at its provider's pace, tried again after what is transient.

    Waits are drawn evenly from nothing to a bound that doubles ("full jitter", Brooker 2015), so that conversations
    that failed together do not come back together. They are not seeded: they decide when something is sent, never what,
    and two runs with the same seed would collide at every attempt.

    Raises:
        ProviderFailure: it was tried often enough, or `send` raised it.
        KiwerkError: the provider wants to be left alone for longer than a run waits, or `send` raised it.
    """
    faulty = busy = 0
    while True:
        began = time.monotonic()
        sent_in = await pace.enter()
        tally.waited_seconds += time.monotonic() - began
        tally.attempts += 1
        try:
            answer = await send()
        except NotSentError:
            tally.attempts -= 1
            raise
        except TransientError as error:
            busy, faulty = busy + error.is_busy, faulty + (not error.is_busy)
            if error.is_busy:
                pace.note_refusal(sent_in, min(error.pause_seconds, LONGEST_PAUSE_SECONDS))
            if error.pause_seconds > LONGEST_PAUSE_SECONDS:
                raise _refuse_pause(error) from None
            if faulty >= _FAULTY_ATTEMPTS or busy >= _BUSY_ATTEMPTS:
                message = f"{error} ({faulty + busy} attempts)"
                raise ProviderFailure(message) from None
        else:
            pace.note_answer()
            return answer
        finally:
            pace.leave()
        tally.waited_seconds += await _wait(faulty + busy)


def parse_retry_after(value: str) -> float:
    """Seconds from now, 0 where it says none: a number or a date (RFC 9110, 10.2.3)."""
    try:
        seconds = float(value)
    except ValueError:
        try:
            seconds = (parsedate_to_datetime(value) - datetime.now(UTC)).total_seconds()
        except (ValueError, TypeError):
            return 0.0
    return max(seconds, 0.0) if math.isfinite(seconds) else 0.0


async def _wait(attempts: int) -> float:
    """Seconds waited after so many attempts."""
    bound = min(_FIRST_WAIT_SECONDS * 2 ** (attempts - 1), _LONGEST_WAIT_SECONDS)
    seconds = random.uniform(0, bound)  # noqa: S311  # it hides nothing
    await asyncio.sleep(seconds)
    return seconds


def _refuse_pause(error: TransientError) -> KiwerkError:
    message = f"The endpoint asks to be left alone for {error.pause_seconds:.0f} seconds: {error}"
    return KiwerkError(message, remedy="Run the same command then; it carries on where it stopped")
