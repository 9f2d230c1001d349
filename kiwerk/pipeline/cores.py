"""Work that is shared out among the machine's cores."""

from __future__ import annotations

import os
import signal
import sys
import threading
from multiprocessing import get_context
from typing import TYPE_CHECKING, Any, TypeVar

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from multiprocessing.connection import Connection

T = TypeVar("T")
R = TypeVar("R")


def count_cores() -> int:
    """How many cores this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def map_on_cores(function: Callable[[T], R], items: Sequence[T], cores: int) -> list[R]:
    """What a function returns for each item, in their order; this process works as well.

    Every process takes the next item when it is done with one. What a helper does not hand back, because it was killed
    or the function failed there, is done here: a failure shows where it can be seen.

    Args:
        function: one that can be pickled, like what it returns.
        items: the longest first keep all cores busy to the end.
        cores: how many processes, this one included.
    """
    # A fork copies only the thread that asks for it; a lock another one holds would stay locked for ever.
    safe = sys.platform == "linux" and threading.active_count() == 1
    context: Any = get_context("fork" if safe else "spawn")
    taken = context.Value("l", 0)
    helpers = []
    found: dict[int, R] = {}
    try:
        for _ in range(min(cores, len(items)) - 1):
            receiver, sender = context.Pipe(duplex=False)
            helper = context.Process(target=_help, args=(function, items, taken, sender, os.getpid()), daemon=True)
            helper.start()
            sender.close()
            helpers.append((helper, receiver))
        found.update((number, function(items[number])) for number in _take(taken, len(items)))
        for helper, receiver in helpers:
            try:
                found.update(receiver.recv())
            except EOFError:
                continue
            helper.join()
    finally:
        for helper, receiver in helpers:
            helper.terminate()
            helper.join()
            receiver.close()
    return [found[number] if number in found else function(item) for number, item in enumerate(items)]


def _help(function: Callable[[T], R], items: Sequence[T], taken: Any, sender: Connection, asking: int) -> None:
    # Ctrl-C reaches every process of the terminal's group; the one that was asked says so, this one just ends.
    signal.signal(signal.SIGINT, signal.SIG_DFL)
    found = {}
    try:
        for number in _take(taken, len(items)):
            if os.getppid() != asking:
                # killed: nobody waits for the rest
                return
            found[number] = function(items[number])
        sender.send(found)
    except Exception:  # noqa: BLE001  # it happens again, and is seen, in the process that waits for this item
        return


def _take(taken: Any, count: int) -> Iterator[int]:
    while True:
        with taken.get_lock():
            number: int = taken.value
            taken.value = number + 1
        if number >= count:
            return
        yield number
