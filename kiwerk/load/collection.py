"""Python's search for circles among objects, out of the way while many are made that have none."""

from __future__ import annotations

import gc
from contextlib import contextmanager
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator


@contextmanager
def collection_paused() -> Iterator[None]:
    """Nothing is searched meanwhile.

    Documents are trees, and going through all of them again and again took half the time of reading them.
    """
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            gc.enable()


@contextmanager
def collection_rare() -> Iterator[None]:
    """It is searched after a hundred thousand new objects instead of 700.

    A run keeps all its cases and conversations: going through them again and again took a third of its time.
    What fails leaves circles behind (an error and its traceback), so that not searching at all would fill the memory.
    """
    before = gc.get_threshold()
    gc.set_threshold(100_000, *before[1:])
    try:
        yield
    finally:
        gc.set_threshold(*before)
