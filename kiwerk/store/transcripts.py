"""Conversations in the store: append-only, each with the digest of what it says as its id."""

from __future__ import annotations

import hashlib
import json
from datetime import datetime
from typing import TYPE_CHECKING, Any

from pydantic import ValidationError

from kiwerk.errors import KiwerkError
from kiwerk.record import Transcript
from kiwerk.store.database import Database

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Mapping, Sequence

    from kiwerk.record import Origin


class Transcripts(Database):
    """The part of a store that keeps conversations, and which of them a run holds at which position."""

    def add_transcripts(self, run: str, held: Sequence[tuple[int, Transcript]]) -> list[tuple[str, Transcript]]:
        """Keep conversations of a run by their positions, all or none; their ids, and each as it was written."""
        bodies = [transcript.model_dump_json() for _, transcript in held]
        names = [hashlib.sha256(body.encode()).hexdigest() for body in bodies]
        with self._transaction():
            for (position, transcript), name, body in zip(held, names, bodies, strict=True):
                key, started = transcript.conversation, transcript.started.isoformat()
                row = (name, key.subject, key.stimulus, key.repetition, key.origin, started, body)
                self._database.execute("INSERT OR IGNORE INTO transcripts VALUES (?, ?, ?, ?, ?, ?, ?)", row)
                self._database.execute("INSERT INTO conversations VALUES (?, ?, ?)", (run, position, name))
        return [(name, self._read_transcript(name, body)) for name, body in zip(names, bodies, strict=True)]

    def add_samples(self, run: str, names: Mapping[int, str]) -> None:
        """Let a run use conversations that were held before, by position: all or none."""
        rows = [(run, position, name) for position, name in names.items()]
        with self._transaction():
            self._database.executemany("INSERT INTO conversations VALUES (?, ?, ?)", rows)

    def find_samples(self, subject: str, stimulus: str, since: datetime) -> Iterator[tuple[str, Transcript]]:
        """Model conversations with this subject and stimulus, oldest first, those that came to no end included."""
        yield from self.load_pool(subject, (stimulus,), since).get(stimulus, ())

    def load_pool(
        self, subject: str, stimuli: Collection[str], since: datetime
    ) -> dict[str, list[tuple[str, Transcript]]]:
        """Model conversations with this subject and one of these stimuli, by the stimulus; each as `find_samples`."""
        rows = self._rows(
            "SELECT id, body, stimulus FROM transcripts WHERE subject = ? AND stimulus IN (SELECT value FROM "
            "json_each(?)) AND started >= ? AND origin = 'model' ORDER BY started",
            (subject, json.dumps(list(stimuli)), since.isoformat()),
        )
        pool: dict[str, list[tuple[str, Transcript]]] = {}
        for name, body, stimulus in rows:
            transcript = self._read_transcript(name, body)
            held = transcript.conversation
            if (held.subject, held.stimulus, held.origin) != (subject, stimulus, "model"):
                raise self._changed(name)
            pool.setdefault(stimulus, []).append((name, transcript))
        return pool

    def load_samples(self) -> Iterator[Transcript]:
        """Every conversation with a model that came to an end, in the order of their ids."""
        return (sample for _, sample in self.load_named_samples())

    def load_named_samples(self) -> Iterator[tuple[str, Transcript]]:
        """The same, each with its id."""
        rows = self._rows("SELECT id, body FROM transcripts WHERE origin = 'model' ORDER BY id")
        samples = ((name, self._read_transcript(name, body)) for name, body in rows)
        return ((name, sample) for name, sample in samples if sample.error is None)

    def load_conversations(self, run: str) -> dict[int, tuple[str, Transcript]]:
        """What a run has of its plan so far: id and transcript by position."""
        rows = self._rows(
            "SELECT position, id, body FROM conversations JOIN transcripts ON transcript = id WHERE run = ?", (run,)
        )
        return {position: (name, self._read_transcript(name, body)) for position, name, body in rows}

    def find_conversations(self, run: str) -> dict[int, str]:
        """Ids of what a run has of its plan so far, by position; nothing is read."""
        return dict(self._rows("SELECT position, transcript FROM conversations WHERE run = ?", (run,)))

    def find_first_held(self, stimuli: Collection[str]) -> dict[str, datetime]:
        """When the first conversation in each of these situations was held, whoever spoke."""
        rows = self._rows(
            "SELECT stimulus, started FROM transcripts WHERE stimulus IN (SELECT value FROM json_each(?))",
            (json.dumps(list(stimuli)),),
        )
        first: dict[str, datetime] = {}
        for stimulus, started in rows:
            held = datetime.fromisoformat(started)
            first[stimulus] = min(first.get(stimulus, held), held, key=datetime.timestamp)
        return first

    def find_origins(self, names: Collection[str]) -> dict[str, Origin]:
        """Who spoke for the agent in conversations, by their ids; those that are not there are left out."""
        rows = self._rows(
            "SELECT id, body FROM transcripts WHERE id IN (SELECT value FROM json_each(?))", (json.dumps(list(names)),)
        )
        return {name: self._read_transcript(name, body).conversation.origin for name, body in rows}

    def load_transcript(self, name: str) -> Transcript:
        """A conversation by its id.

        Raises:
            KiwerkError: there is none.
        """
        rows = self._rows("SELECT body FROM transcripts WHERE id = ?", (name,))
        if not rows:
            message = f"There is no transcript {name}"
            raise KiwerkError(message, path=self._path, remedy="Evaluate again with `kiwerk eval`")
        return self._read_transcript(name, rows[0][0])

    def find_transcript(self, name: str) -> str:
        """The id that begins so.

        Raises:
            KiwerkError: none does, or several do.
        """
        rows = self._rows("SELECT id FROM transcripts WHERE substr(id, 1, ?) = ? LIMIT 2", (len(name), name))
        if len(rows) == 1:
            return str(rows[0][0])
        message = f"Several transcripts begin with {name}" if rows else f"There is no transcript {name}"
        remedy = "Write more of it" if rows else "`kiwerk show --format json` names them"
        raise KiwerkError(message, path=self._path, remedy=remedy)

    def _absorb_transcript(self, other: Transcripts, row: tuple[Any, ...]) -> int:
        other._read_transcript(row[0], row[-1])
        return self._database.execute("INSERT OR IGNORE INTO transcripts VALUES (?, ?, ?, ?, ?, ?, ?)", row).rowcount

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

    def _changed(self, name: str) -> KiwerkError:
        message = f"Transcript {name[:12]} was changed after it was written, so the records prove nothing"
        return KiwerkError(message, path=self._path, remedy="Find out by whom, move the file away, and evaluate again")
