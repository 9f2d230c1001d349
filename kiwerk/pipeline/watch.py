"""Waiting until something in a repository's files changes.

Polled: one look is a `stat` for each file, works on every system and file system, and asks for no library.
"""

from __future__ import annotations

import os
import time
from typing import TYPE_CHECKING

from kiwerk.check.configuration import FILE
from kiwerk.load.discover import FOLDERS

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

PAUSE_SECONDS = 0.3
"""Between two looks: short for whoever waits, and little work."""
_SHARE = 5
"""A look may take a fifth of the pause: many thousands of files are looked at less often."""

State = dict[str, tuple[int, int, int]]
"""Inode, size and time of change of each file, by path."""


def find_state(root: Path) -> State:
    """What the files look like now; those that vanish meanwhile are not there."""
    state: State = {}
    pending = [os.fspath(root / folder) for folder in FOLDERS]
    _note(os.fspath(root / FILE), state)
    while pending:
        for entry in _scan(pending.pop()):
            if entry.name.startswith("."):
                # what editors write for themselves
                continue
            try:
                folder = entry.is_dir(follow_symlinks=False)
            except OSError:
                continue
            if folder:
                pending.append(entry.path)
            else:
                _note(entry.path, state)
    return state


def wait_for_change(root: Path, before: Mapping[str, tuple[int, int, int]]) -> State:
    """What the files look like when they have changed and stay as they are for one pause."""
    state = dict(before)
    while True:
        begin = time.monotonic()
        now = find_state(root)
        if now == state and now != before:
            return now
        state = now
        time.sleep(max(PAUSE_SECONDS, _SHARE * (time.monotonic() - begin)))


def _scan(folder: str) -> Iterator[os.DirEntry[str]]:
    try:
        with os.scandir(folder) as entries:
            yield from entries
    except OSError:
        # not there, or gone meanwhile
        return


def _note(path: str, state: State) -> None:
    try:
        status = os.stat(path)  # noqa: PTH116  # a Path for each of many thousand files takes longer than the look
    except OSError:
        return
    state[path] = status.st_ino, status.st_size, status.st_mtime_ns
