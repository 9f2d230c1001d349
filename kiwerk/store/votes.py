"""Votes of models and labels of people in the store: append-only, each with the digest of its text as its id."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING, Any, TypeVar

from pydantic import ValidationError

from kiwerk.errors import KiwerkError
from kiwerk.record import Label, Vote
from kiwerk.store.database import Database

if TYPE_CHECKING:
    from collections.abc import Sequence

R = TypeVar("R", Vote, Label)


class Votes(Database):
    """The part of a store that keeps what was answered to judges' questions."""

    def add_vote(self, vote: Vote) -> None:
        """Keep a model's answer."""
        self._keep("votes", (vote.judge, vote.exhibit), vote)

    def add_labels(self, labels: Sequence[Label]) -> None:
        """Keep people's answers, all or none."""
        with self._transaction():
            for label in labels:
                self._keep("labels", (label.question, label.exhibit), label)

    def load_votes(self, judge: str) -> dict[str, tuple[Vote, ...]]:
        """All votes of a judge, by the digest of what it was shown, in the order of the times they name themselves."""
        found: dict[str, list[Vote]] = {}
        rows = self._rows("SELECT id, body FROM votes WHERE judge = ? ORDER BY id", (judge,))
        for vote in (self._read(Vote, "vote", *row) for row in rows):
            if vote.judge == judge:
                found.setdefault(vote.exhibit, []).append(vote)
        return {
            exhibit: tuple(sorted(votes, key=lambda vote: vote.asked.timestamp())) for exhibit, votes in found.items()
        }

    def load_labels(self) -> tuple[Label, ...]:
        """All answers of people, oldest first."""
        rows = self._rows("SELECT id, body FROM labels ORDER BY id")
        return tuple(sorted((self._read(Label, "label", *row) for row in rows), key=lambda label: label.at))

    def _keep(self, table: str, columns: tuple[str, ...], record: Vote | Label) -> None:
        body = record.model_dump_json()
        row = (hashlib.sha256(body.encode()).hexdigest(), *columns, body)
        with self._translated():
            self._database.execute(f"INSERT OR IGNORE INTO {table} VALUES (?, ?, ?, ?)", row)  # noqa: S608 - our own

    def _absorb_answers(self, other: Votes) -> None:
        for row in other._rows("SELECT * FROM votes"):
            other._read(Vote, "vote", row[0], row[-1])
            self._database.execute("INSERT OR IGNORE INTO votes VALUES (?, ?, ?, ?)", row)
        for row in other._rows("SELECT * FROM labels"):
            other._read(Label, "label", row[0], row[-1])
            self._database.execute("INSERT OR IGNORE INTO labels VALUES (?, ?, ?, ?)", row)

    def _read(self, kind: type[R], what: str, name: str, body: Any) -> R:
        data = body.encode() if isinstance(body, str) else body
        if hashlib.sha256(data).hexdigest() != name:
            message = f"A {what} was changed after it was written, so the records prove nothing"
            remedy = "Find out by whom, and move the file away"
            raise KiwerkError(message, path=self._path, remedy=remedy)
        try:
            return kind.model_validate_json(data)
        except ValidationError:
            message = f"A {what} cannot be read by this kiwerk"
            raise KiwerkError(message, path=self._path, remedy="Use the newer kiwerk, or move the file away") from None
