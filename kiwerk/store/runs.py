"""Runs in the store: begun, carried on by one process at a time, finished, put together from shards."""

from __future__ import annotations

import fcntl
from typing import TYPE_CHECKING, Any

from pydantic import ValidationError

from kiwerk.errors import KiwerkError
from kiwerk.record import Run
from kiwerk.store.database import Database

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime
    from pathlib import Path


CONFIRMING = "confirm:"
"""What the plans of runs begin with that hold base and head in turns."""


class Runs(Database):
    """The part of a store that keeps runs."""

    def begin_run(self, run: Run, plan: str, since: datetime) -> Run:
        """The run to carry on, or else this one.

        Carried on is an unfinished one of the same plan that was started since a moment and that no other process
        works at.
        """
        with self._translated():
            rows = self._rows("SELECT id, body FROM runs WHERE plan = ? AND finished = 0 ORDER BY id DESC", (plan,))
            for name, body in rows:
                found = self._read_run(name, body)
                if found.started >= since and self._lock(name):
                    return found
            self._lock(run.id)
            self._database.execute(
                "INSERT INTO runs VALUES (?, ?, 0, ?)", (run.id, plan, run.model_dump_json(exclude_defaults=True))
            )
        return run

    def finish_run(self, run: Run) -> None:
        """Write a run down as finished, with its results."""
        with self._translated():
            self._database.execute(
                "UPDATE runs SET finished = 1, body = ? WHERE id = ?",
                (run.model_dump_json(exclude_defaults=True), run.id),
            )
        self._path_of_lock(run.id).unlink(missing_ok=True)

    def find_confirmations(self) -> tuple[str, ...]:
        """Ids of the runs that confirm a difference, oldest first."""
        with self._translated():
            rows = self._rows("SELECT id FROM runs WHERE plan LIKE ? ORDER BY id", (f"{CONFIRMING}%",))
        return tuple(name for (name,) in rows)

    def put_merged(self, run: Run, plan: str) -> None:
        """Keep a run that was put together from shards, in place of what was put together when some were missing."""
        name = f"merged:{plan}"
        with self._translated():
            self._database.execute("DELETE FROM runs WHERE plan = ? AND finished = 0", (name,))
            self._database.execute(
                "INSERT OR REPLACE INTO runs VALUES (?, ?, ?, ?)",
                (run.id, name, int(run.finished is not None), run.model_dump_json(exclude_defaults=True)),
            )

    def load_runs(self, most: int = -1) -> Sequence[Run]:
        """The newest runs, newest first; every one unless told how many."""
        rows = self._rows("SELECT id, body FROM runs ORDER BY id DESC LIMIT ?", (most,))
        return [self._read_run(name, body) for name, body in rows]

    def load_finished(self, most: int) -> Sequence[Run]:
        """So many of the newest runs that were finished, newest first."""
        rows = self._rows("SELECT id, body FROM runs WHERE finished = 1 ORDER BY id DESC LIMIT ?", (most,))
        return [self._read_run(name, body) for name, body in rows]

    def load_torn_runs(self) -> Sequence[Run]:
        """Runs that were put together from shards that are not exactly a plan, oldest first."""
        rows = self._rows("SELECT id, body FROM runs WHERE plan LIKE 'merged:%' AND finished = 0 ORDER BY id")
        return [self._read_run(name, body) for name, body in rows]

    def load_run(self, name: str | None) -> Run:
        """A run by its id or the beginning of it; the newest where no name is given.

        Raises:
            KiwerkError: there is none, or several begin so.
        """
        rows = self._rows(
            "SELECT id, body FROM runs WHERE substr(id, 1, ?) = ? ORDER BY id DESC", (len(name or ""), name or "")
        )
        if not rows:
            message = f"There is no run {name}" if name else "There is no run yet"
            raise KiwerkError(message, path=self._path, remedy="Evaluate with `kiwerk eval`")
        if name and len(rows) > 1 and rows[0][0] != name:
            message = f"{len(rows)} runs begin with {name}"
            raise KiwerkError(message, path=self._path, remedy=f"Name one of them, such as {rows[0][0]}")
        return self._read_run(*rows[0])

    def _absorb_run(self, other: Runs, row: tuple[Any, ...]) -> None:
        """A run that is finished somewhere is finished; one that was carried on in two places keeps both's."""
        name, _, finished, body = row
        run = other._read_run(name, body)
        if run.merged:
            return
        mine = self._database.execute("SELECT finished, body FROM runs WHERE id = ?", (name,)).fetchone()
        if mine is not None and mine[0] and finished and mine[1] != body:
            message = f"The records tell run {name} in two ways, so one of them was changed"
            raise KiwerkError(message, path=other._path, remedy="Find out by whom, and leave that store out")
        if mine is not None and mine[0]:
            return
        if mine is not None and finished:
            self._database.execute("DELETE FROM conversations WHERE run = ?", (name,))
        self._database.execute("INSERT OR REPLACE INTO runs VALUES (?, ?, ?, ?)", row)
        self._database.executemany(
            "INSERT INTO conversations VALUES (?, ?, ?) ON CONFLICT DO UPDATE SET transcript = "
            "min(transcript, excluded.transcript)",
            other._rows("SELECT * FROM conversations WHERE run = ?", (name,)),
        )

    def _read_run(self, name: str, body: str | bytes) -> Run:
        try:
            return Run.model_validate_json(body)
        except ValidationError:
            message = f"Run {name} is damaged, or cannot be read by this kiwerk"
            raise KiwerkError(message, path=self._path, remedy="Move the file away and evaluate again") from None

    def _lock(self, run: str) -> bool:
        """Take a run for this process, until it ends; false where another process has it."""
        path = self._path_of_lock(run)
        lock = path.open("w", encoding="utf-8")
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            lock.close()
            return False
        self._locks[path] = lock
        return True

    def _path_of_lock(self, run: str) -> Path:
        return self._folder / f"{run}.lock"
