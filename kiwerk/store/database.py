"""The one SQLite file below `.kiwerk/`: opened to be read or written, its format, transactions, and its errors."""

from __future__ import annotations

import contextlib
import os
import sqlite3
from typing import IO, TYPE_CHECKING, Any, Self

from kiwerk.errors import KiwerkError

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

FOLDER = ".kiwerk"
FILE = "store.sqlite3"
_FORMAT = 2
_FIRST_FORMAT = 1
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
_SINCE_FORMAT_2 = """
CREATE TABLE IF NOT EXISTS votes (
    id TEXT PRIMARY KEY, judge TEXT NOT NULL, exhibit TEXT NOT NULL, body TEXT NOT NULL
) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS labels (
    id TEXT PRIMARY KEY, question TEXT NOT NULL, exhibit TEXT NOT NULL, body TEXT NOT NULL
) WITHOUT ROWID;
"""
_VOTES_SINCE = 2


class Database:
    """An open store; each kind of record adds its reading and writing in a class of its own."""

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
            if self._check_format() < _FORMAT:
                # in one transaction: whoever reads meanwhile sees all of the tables or none
                self._database.executescript(
                    f"BEGIN IMMEDIATE; {_TABLES} {_SINCE_FORMAT_2} PRAGMA user_version={_FORMAT}; COMMIT"
                )

    def _open_for_reading(self) -> None:
        with self._translated():
            if not self._path.exists():
                self._open_empty()
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

    def _open_empty(self) -> None:
        self._database = sqlite3.connect(":memory:")
        self._database.executescript(_TABLES + _SINCE_FORMAT_2)

    def _connect_for_reading(self, how: str) -> None:
        place = f"{self._path.absolute().as_uri()}?{how}"
        self._database = sqlite3.connect(place, uri=True, timeout=30, isolation_level=None)
        try:
            found = self._check_format()
            if found < _FIRST_FORMAT:
                # another process is about to make its tables
                self._database.close()
                self._open_empty()
            elif found < _VOTES_SINCE:
                # an older store has none of these, and is not to be written: they are this connection's alone
                self._database.executescript(_SINCE_FORMAT_2.replace("CREATE TABLE", "CREATE TEMP TABLE"))
            self._database.execute("PRAGMA query_only=ON")
        except sqlite3.Error:
            self._database.close()
            raise

    def _check_format(self) -> int:
        found: int = self._database.execute("PRAGMA user_version").fetchone()[0]
        if found > _FORMAT:
            self._database.close()
            message = f"The records have format {found}; this kiwerk knows {_FORMAT}"
            raise KiwerkError(message, path=self._path, remedy="Use the newer kiwerk, or move the file away")
        return found

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._database.close()
        for lock in self._locks.values():
            lock.close()

    def _rows(self, query: str, values: tuple[object, ...] = ()) -> list[tuple[Any, ...]]:
        """All that a query finds."""
        with self._translated():
            return self._database.execute(query, values).fetchall()

    @contextlib.contextmanager
    def _transaction(self, begin: str = "BEGIN") -> Iterator[None]:
        """Write all that is written inside, or nothing of it."""
        with self._translated():
            self._database.execute(begin)
            try:
                yield
            except BaseException:
                self._database.execute("ROLLBACK")
                raise
            self._database.execute("COMMIT")

    @contextlib.contextmanager
    def _translated(self) -> Iterator[None]:
        """Turn the database's errors into sentences: full disk, read-only folder, damaged file."""
        try:
            yield
        except (sqlite3.Error, OSError) as error:
            message = f"The records cannot be read or written: {error}"
            remedy = "Look at free space and rights; a damaged file may be moved away, kiwerk starts a new one"
            raise KiwerkError(message, path=self._path, remedy=remedy) from error
