"""One answer of a judging model to one question about one conversation."""

from __future__ import annotations

from datetime import datetime
from typing import Literal

from pydantic import StrictInt

from kiwerk.record.base import Record
from kiwerk.record.transcript import Source, Usage

Answer = Literal["yes", "no"] | StrictInt
"""Yes or no, or a grade from 1."""


class Vote(Record):
    """What a judging model answered; append-only, like the conversation it is about."""

    version: Literal[1] = 1
    judge: str
    """Digest of question, model and prompt."""
    exhibit: str
    """Digest of what the model was shown of the conversation."""
    asked: datetime
    """With offset."""
    source: Source
    text: str
    """The answer as the model wrote it."""
    answer: Answer | None
    """Absent where the text holds none that could be used."""
    reason: str | None = None
    problem: str | None = None
    """Why the text could not be used, as a clause; absent where it could."""
    usage: Usage | None = None
    latency_seconds: float | None = None
    attempts: int | None = None
    """Requests sent, repeated ones included."""
