"""How far a run is, on standard error: drawn anew on a terminal, else a line now and then; nothing for short runs."""

from __future__ import annotations

import os
import sys
import time
from contextlib import contextmanager
from datetime import timedelta
from typing import TYPE_CHECKING, Protocol

import click

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from rich.live import Live

    from kiwerk.pipeline.progress import Progress

_QUIET_SECONDS = 1.0
"""References alone take less, and then there is nothing to look at."""
_REDRAW_SECONDS = 0.1
_LINE_SECONDS = (10.0, 60.0)
"""Between two lines of a log: at least, also before the first, and at most while conversations end."""
_BAR_WIDTH = 40


@contextmanager
def show_progress() -> Iterator[Callable[[Progress], None]]:
    """To be told how far a run is, until the end of the block."""
    shown: _Shown = _Drawn() if sys.stderr.isatty() and os.environ.get("TERM") != "dumb" else _Lines()
    try:
        yield shown.tell
    finally:
        shown.close()


def format_progress(progress: Progress) -> str:
    """The figures of a run on its way, in one line."""
    from kiwerk.language.phrase import format_eur

    parts = [f"{progress.done}/{progress.planned} conversations, {progress.running} running"]
    counts = {"passed": progress.passed, "failed": progress.failed, "errored": progress.errored}
    parts.append(", ".join(f"{number} {name}" for name, number in counts.items() if number or name == "passed"))
    if progress.tokens:
        cost = f", {format_eur(progress.eur)}" if progress.eur is not None else ""
        parts.append(f"{progress.tokens:,} tokens{cost}")
    if progress.is_stopping:
        parts.append("nothing more begins; Ctrl-C again stops at once")
    elif progress.left_seconds is not None:
        parts.append(f"about {timedelta(seconds=round(progress.left_seconds))} left")
    return "; ".join(parts)


class _Shown(Protocol):
    """A way to show it."""

    def tell(self, progress: Progress) -> None:
        """Show how far the run is, where it is time for that."""

    def close(self) -> None:
        """Leave nothing behind that is drawn."""


class _Lines:
    """A line after each tenth, and every minute, where a model is asked."""

    def __init__(self) -> None:
        self._last = time.monotonic()
        self._tenth = 0
        self._is_stopping = False

    def tell(self, progress: Progress) -> None:
        waited, tenth = time.monotonic() - self._last, progress.done * 10 // max(progress.planned, 1)
        shortest, longest = _LINE_SECONDS
        is_news = progress.is_stopping and not self._is_stopping
        is_time = waited >= longest or (waited >= shortest and tenth > self._tenth)
        if is_news or (is_time and progress.is_live):
            self._last, self._tenth, self._is_stopping = time.monotonic(), tenth, progress.is_stopping
            click.echo(format_progress(progress), err=True)

    def close(self) -> None:
        pass


class _Drawn:
    """A bar with the figures below it, at most ten times a second."""

    def __init__(self) -> None:
        self._began = self._last = time.monotonic()
        self._live: Live | None = None

    def tell(self, progress: Progress) -> None:
        now = time.monotonic()
        due = now - self._last >= _REDRAW_SECONDS and now - self._began >= _QUIET_SECONDS
        if due or progress.is_stopping:
            self._last = now
            self._draw(progress)

    def close(self) -> None:
        if self._live is not None:
            self._live.stop()

    def _draw(self, progress: Progress) -> None:
        from rich.console import Console, Group
        from rich.live import Live
        from rich.progress_bar import ProgressBar
        from rich.text import Text

        if self._live is None:
            console = Console(stderr=True)
            self._live = Live(
                console=console, auto_refresh=False, transient=True, redirect_stdout=False, redirect_stderr=False
            )
            self._live.start()
        bar = ProgressBar(total=progress.planned, completed=progress.done, width=_BAR_WIDTH)
        self._live.update(Group(bar, Text(format_progress(progress))), refresh=True)
