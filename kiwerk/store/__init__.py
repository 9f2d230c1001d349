"""Transcripts, runs, votes and labels on disk, in one SQLite file below `.kiwerk/`.

SQLite's journal is what makes a `kill -9` harmless: a record is there whole or not at all. Samples are append-only;
totals are never stored, but counted from the records. A transcript's id is the digest of what it says, and is compared
whenever one is read.
"""

from __future__ import annotations

from kiwerk.store.database import FILE, FOLDER
from kiwerk.store.runs import CONFIRMING, Runs
from kiwerk.store.transcripts import Transcripts
from kiwerk.store.votes import Votes

__all__ = ["CONFIRMING", "FILE", "FOLDER", "Store"]


class Store(Transcripts, Runs, Votes):
    """The records of one repository; use it as a context manager."""

    def absorb(self, other: Store) -> int:
        """Take in all that another store has, in one step; the number of transcripts that are new here.

        Runs that were put together there are left out: they follow from their shards.
        In whatever order stores are united, and however often, the same comes of it.

        Raises:
            KiwerkError: a record was changed after it was written, or a finished run is told in two ways.
        """
        with self._transaction("BEGIN IMMEDIATE"):
            new = sum(self._absorb_transcript(other, row) for row in other._rows("SELECT * FROM transcripts"))
            for row in other._rows("SELECT * FROM runs"):
                self._absorb_run(other, row)
            self._absorb_answers(other)
        return new
