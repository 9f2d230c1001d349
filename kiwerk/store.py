"""Transcripts, scores and runs on disk, in one SQLite file below `.kiwerk/`.

SQLite's journal is what makes a `kill -9` harmless: a record is there whole or not at all. Samples are append-only;
totals are never stored, but counted from the records. A transcript's id is the digest of what it says, and is compared
whenever one is read.
"""

from __future__ import annotations

import contextlib
import fcntl
import hashlib
import os
import sqlite3
from typing import IO, TYPE_CHECKING, Any, Self

from pydantic import ValidationError

from kiwerk.errors import KiwerkError
from kiwerk.record import Run, Transcript

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from datetime import datetime
    from pathlib import Path

FOLDER = ".kiwerk"
FILE = "store.sqlite3"
_FORMAT = 1
_TABLES = """
CREATE TABLE IF NOT EXISTS transcripts (
    id TEXT PRIMARY KEY, subject TEXT NOT NULL, stimulus TEXT NOT NULL, repetition INTEGER NOT NULL,
    origin TEXT NOT NULL, started TEXT NOT NULL, body TEXT NOT NULL
) WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS samples ON transcripts (subject, stimulus, started);
CREATE TABLE IF NOT EXISTS runs (
    id TEXT PRIMARY KEY, plan TEXT NOT NULL, finished INTEGER NOT NULL, body TEXT NOT NULL
) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS conversations (
    run TEXT NOT NULL, position INTEGER NOT NULL, transcript TEXT NOT NULL, PRIMARY KEY (run, position)
) WITHOUT ROWID;
"""


class Store:
    """The records of one repository; use it as a context manager."""

    def __init__(self, root: Path, *, reading: bool = False, file: Path | None = None) -> None:
        """Open the store below a repository's root, making it where there is none.

        `reading` only, nothing is made or written: where there is no store, an empty one is read. A `file` that was
        brought here from elsewhere is read in place of the repository's.

        Raises:
            KiwerkError: it cannot be read or written, or was written by a newer kiwerk.
        """
        self._path = file or root / FOLDER / FILE
        self._folder = self._path.parent
        self._locks: dict[Path, IO[str]] = {}
        if os.path.lexists(self._folder) and not self._folder.is_dir():
            message = "Records cannot be kept here: there is a file in the way"
            raise KiwerkError(message, path=self._folder, remedy="Move it away; a folder of this name is needed")
        if reading:
            self._open_for_reading()
        else:
            self._open_for_writing()

    def _open_for_writing(self) -> None:
        try:
            self._folder.mkdir(exist_ok=True)
            ignore = self._folder / ".gitignore"
            if not ignore.exists():
                ignore.write_text("*\n", encoding="utf-8")
        except OSError as error:
            message = f"Records cannot be kept here: {(error.strerror or 'unknown reason').lower()}"
            raise KiwerkError(message, path=self._folder, remedy="Make the folder writable") from error
        with self._translated():
            self._database = sqlite3.connect(self._path, timeout=30, isolation_level=None)
            self._database.execute("PRAGMA journal_mode=WAL")
            self._database.execute("PRAGMA synchronous=NORMAL")
            self._check_format()
            self._database.executescript(_TABLES)
            self._database.execute(f"PRAGMA user_version={_FORMAT}")

    def _open_for_reading(self) -> None:
        with self._translated():
            if not self._path.exists():
                self._database = sqlite3.connect(":memory:")
                self._database.executescript(_TABLES)
                return
            try:
                # Whoever could write takes away what SQLite puts beside a database to read it; others leave it there.
                could_write = os.access(self._folder, os.W_OK) and os.access(self._path, os.W_OK)
                self._connect_for_reading("mode=rw" if could_write else "mode=ro")
            except sqlite3.OperationalError:
                # A database with a write-ahead log wants to make files beside it even for reading, unless it is told
                # that nobody writes: true where the folder cannot be written and no log is waiting.
                journal = self._path.with_name(f"{self._path.name}-wal")
                if journal.exists() and journal.stat().st_size:
                    raise
                self._connect_for_reading("mode=ro&immutable=1")

    def _connect_for_reading(self, how: str) -> None:
        place = f"{self._path.absolute().as_uri()}?{how}"
        self._database = sqlite3.connect(place, uri=True, timeout=30, isolation_level=None)
        try:
            self._database.execute("PRAGMA query_only=ON")
            self._check_format()
        except sqlite3.Error:
            self._database.close()
            raise

    def _check_format(self) -> None:
        found = self._database.execute("PRAGMA user_version").fetchone()[0]
        if found > _FORMAT:
            self._database.close()
            message = f"The records have format {found}; this kiwerk knows {_FORMAT}"
            raise KiwerkError(message, path=self._path, remedy="Use the newer kiwerk, or move the file away")

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._database.close()
        for lock in self._locks.values():
            lock.close()

    def begin_run(self, run: Run, plan: str, since: datetime) -> Run:
        """The run to carry on, or else this one.

        Carried on is an unfinished one of the same plan that was started since a moment and that no other process
        works at.
        """
        with self._translated():
            rows = self._database.execute(
                "SELECT id, body FROM runs WHERE plan = ? AND finished = 0 ORDER BY id DESC", (plan,)
            ).fetchall()
            for name, body in rows:
                found = self._read_run(name, body)
                if found.started >= since and self._lock(name):
                    return found
            self._lock(run.id)
            self._database.execute(
                "INSERT INTO runs VALUES (?, ?, 0, ?)", (run.id, plan, run.model_dump_json(exclude_defaults=True))
            )
        return run

    def add_transcript(self, run: str, position: int, transcript: Transcript) -> str:
        """Keep a conversation of a run; its id."""
        [(name, _)] = self.add_transcripts(run, [(position, transcript)])
        return name

    def add_transcripts(self, run: str, held: Sequence[tuple[int, Transcript]]) -> list[tuple[str, Transcript]]:
        """Keep conversations of a run by their positions, all or none; their ids, and each as it was written."""
        bodies = [transcript.model_dump_json() for _, transcript in held]
        names = [hashlib.sha256(body.encode()).hexdigest() for body in bodies]
        with self._translated():
            self._database.execute("BEGIN")
            try:
                for (position, transcript), name, body in zip(held, names, bodies, strict=True):
                    key, started = transcript.conversation, transcript.started.isoformat()
                    row = (name, key.subject, key.stimulus, key.repetition, key.origin, started, body)
                    self._database.execute("INSERT OR IGNORE INTO transcripts VALUES (?, ?, ?, ?, ?, ?, ?)", row)
                    self._database.execute("INSERT INTO conversations VALUES (?, ?, ?)", (run, position, name))
            except BaseException:
                self._database.execute("ROLLBACK")
                raise
            self._database.execute("COMMIT")
        return [(name, self._read_transcript(name, body)) for name, body in zip(names, bodies, strict=True)]

    def add_samples(self, run: str, names: Mapping[int, str]) -> None:
        """Let a run use conversations that were held before, by position: all or none."""
        with self._translated():
            self._database.execute("BEGIN")
            try:
                rows = [(run, position, name) for position, name in names.items()]
                self._database.executemany("INSERT INTO conversations VALUES (?, ?, ?)", rows)
            except BaseException:
                self._database.execute("ROLLBACK")
                raise
            self._database.execute("COMMIT")

    def find_samples(self, subject: str, stimulus: str, since: datetime) -> Iterator[tuple[str, Transcript]]:
        """Model conversations with this subject and stimulus, oldest first, those that came to no end included."""
        with self._translated():
            rows = self._database.execute(
                "SELECT id, body FROM transcripts WHERE subject = ? AND stimulus = ? AND started >= ? "
                "AND origin = 'model' ORDER BY started",
                (subject, stimulus, since.isoformat()),
            ).fetchall()
        for name, body in rows:
            transcript = self._read_transcript(name, body)
            held = transcript.conversation
            if (held.subject, held.stimulus, held.origin) != (subject, stimulus, "model"):
                raise self._changed(name)
            yield name, transcript

    def load_samples(self) -> Iterator[Transcript]:
        """Every conversation with a model that came to an end, in the order of their ids."""
        with self._translated():
            rows = self._database.execute(
                "SELECT id, body FROM transcripts WHERE origin = 'model' ORDER BY id"
            ).fetchall()
        samples = (self._read_transcript(name, body) for name, body in rows)
        return (sample for sample in samples if sample.error is None)

    def load_conversations(self, run: str) -> dict[int, tuple[str, Transcript]]:
        """What a run has of its plan so far: id and transcript by position."""
        with self._translated():
            rows = self._database.execute(
                "SELECT position, id, body FROM conversations JOIN transcripts ON transcript = id WHERE run = ?", (run,)
            ).fetchall()
        return {position: (name, self._read_transcript(name, body)) for position, name, body in rows}

    def load_transcript(self, name: str) -> Transcript:
        """A conversation by its id.

        Raises:
            KiwerkError: there is none.
        """
        with self._translated():
            row = self._database.execute("SELECT body FROM transcripts WHERE id = ?", (name,)).fetchone()
        if row is None:
            message = f"There is no transcript {name}"
            raise KiwerkError(message, path=self._path, remedy="Evaluate again with `kiwerk eval`")
        return self._read_transcript(name, row[0])

    def finish_run(self, run: Run) -> None:
        """Write a run down as finished, with its results."""
        with self._translated():
            self._database.execute(
                "UPDATE runs SET finished = 1, body = ? WHERE id = ?",
                (run.model_dump_json(exclude_defaults=True), run.id),
            )
        self._path_of_lock(run.id).unlink(missing_ok=True)

    def absorb(self, other: Store) -> int:
        """Take in all that another store has, in one step; the number of transcripts that are new here.

        Runs that were put together there are left out: they follow from their shards.
        In whatever order stores are united, and however often, the same comes of it.

        Raises:
            KiwerkError: a transcript was changed after it was written, or a finished run is told in two ways.
        """
        with self._translated(), other._translated():
            self._database.execute("BEGIN IMMEDIATE")
            try:
                new = sum(self._absorb_transcript(other, row) for row in other._rows("transcripts"))
                for row in other._rows("runs"):
                    self._absorb_run(other, row)
            except BaseException:
                self._database.execute("ROLLBACK")
                raise
            self._database.execute("COMMIT")
        return new

    def put_merged(self, run: Run, plan: str) -> None:
        """Keep a run that was put together from shards, in place of what was put together when some were missing."""
        name = f"merged:{plan}"
        with self._translated():
            self._database.execute("DELETE FROM runs WHERE plan = ? AND finished = 0", (name,))
            self._database.execute(
                "INSERT OR REPLACE INTO runs VALUES (?, ?, ?, ?)",
                (run.id, name, int(run.finished is not None), run.model_dump_json(exclude_defaults=True)),
            )

    def load_runs(self) -> Sequence[Run]:
        """Every run, newest first."""
        with self._translated():
            rows = self._database.execute("SELECT id, body FROM runs ORDER BY id DESC").fetchall()
        return [self._read_run(name, body) for name, body in rows]

    def load_run(self, name: str | None) -> Run:
        """A run by its id or the beginning of it; the newest where no name is given.

        Raises:
            KiwerkError: there is none, or several begin so.
        """
        with self._translated():
            rows = self._database.execute(
                "SELECT id, body FROM runs WHERE substr(id, 1, ?) = ? ORDER BY id DESC", (len(name or ""), name or "")
            ).fetchall()
        if not rows:
            message = f"There is no run {name}" if name else "There is no run yet"
            raise KiwerkError(message, path=self._path, remedy="Evaluate with `kiwerk eval`")
        if name and len(rows) > 1 and rows[0][0] != name:
            message = f"{len(rows)} runs begin with {name}"
            raise KiwerkError(message, path=self._path, remedy=f"Name one of them, such as {rows[0][0]}")
        return self._read_run(*rows[0])

    def _rows(self, table: str) -> list[tuple[Any, ...]]:
        return self._database.execute(f"SELECT * FROM {table}").fetchall()  # noqa: S608 - a name of our own

    def _absorb_transcript(self, other: Store, row: tuple[Any, ...]) -> int:
        other._read_transcript(row[0], row[-1])
        return self._database.execute("INSERT OR IGNORE INTO transcripts VALUES (?, ?, ?, ?, ?, ?, ?)", row).rowcount

    def _absorb_run(self, other: Store, row: tuple[Any, ...]) -> None:
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
            other._database.execute("SELECT * FROM conversations WHERE run = ?", (name,)).fetchall(),
        )

    def _read_transcript(self, name: str, body: str | bytes) -> Transcript:
        """The conversation in a row, which is what its id says it is.

        Raises:
            KiwerkError: it is not.
        """
        data = body.encode() if isinstance(body, str) else body
        if hashlib.sha256(data).hexdigest() != name:
            raise self._changed(name)
        try:
            return Transcript.model_validate_json(data)
        except ValidationError:
            message = f"Transcript {name[:12]} cannot be read by this kiwerk"
            raise KiwerkError(message, path=self._path, remedy="Use the newer kiwerk, or move the file away") from None

    def _read_run(self, name: str, body: str | bytes) -> Run:
        try:
            return Run.model_validate_json(body)
        except ValidationError:
            message = f"Run {name} is damaged, or cannot be read by this kiwerk"
            raise KiwerkError(message, path=self._path, remedy="Move the file away and evaluate again") from None

    def _changed(self, name: str) -> KiwerkError:
        message = f"Transcript {name[:12]} was changed after it was written, so the records prove nothing"
        return KiwerkError(message, path=self._path, remedy="Find out by whom, move the file away, and evaluate again")

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

    @contextlib.contextmanager
    def _translated(self) -> Iterator[None]:
        """Turn the database's errors into sentences: full disk, read-only folder, damaged file."""
        try:
            yield
        except (sqlite3.Error, OSError) as error:
            message = f"The records cannot be read or written: {error}"
            remedy = "Look at free space and rights; a damaged file may be moved away, kiwerk starts a new one"
            raise KiwerkError(message, path=self._path, remedy=remedy) from error
