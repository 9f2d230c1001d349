"""Work on a text that is stopped when it takes too long: a regular expression may need longer than anybody lives.

Python's `re` looks for signals while it searches, so a timer can end it; why a timer, docs/decisions says.
"""

from __future__ import annotations

import signal
import threading
from contextlib import contextmanager
from typing import TYPE_CHECKING, NoReturn

if TYPE_CHECKING:
    from collections.abc import Iterator

SECONDS = 2.0
"""Of the processor's time, not the clock's: another program at work changes nothing. An honest search needs little."""


class TookTooLong(Exception):
    """The work was stopped."""


@contextmanager
def stopping(seconds: float | None = None) -> Iterator[None]:
    """Stops what happens inside after `seconds` of processor time, by default `SECONDS`; not to be nested.

    Only the main thread can be stopped; in any other, the work goes on until it is done.

    Raises:
        TookTooLong: the time was over.
    """
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    previous = signal.signal(signal.SIGVTALRM, _stop)
    try:
        signal.setitimer(signal.ITIMER_VIRTUAL, SECONDS if seconds is None else seconds)
        yield
    finally:
        signal.setitimer(signal.ITIMER_VIRTUAL, 0)
        signal.signal(signal.SIGVTALRM, previous)


def _stop(*_: object) -> NoReturn:
    raise TookTooLong
