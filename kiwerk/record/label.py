"""One person's answer to a judge's question about one conversation."""

from __future__ import annotations

import unicodedata
from datetime import datetime
from typing import Literal

from kiwerk.record.base import Record
from kiwerk.record.vote import Answer


class Label(Record):
    """What a person answered, without having seen what the model did; append-only."""

    version: Literal[1] = 1
    judge: str
    """Id of the judge, as it was called then."""
    question: str
    """Digest of rubric and scale: the same question may be put to another model."""
    exhibit: str
    """Digest of what there was to see of the conversation, which is what the model is shown."""
    transcript: str
    turn: int | None
    """User turn from 1 at which the question stands; absent where it is about the whole conversation."""
    answer: Answer
    reason: str | None = None
    by: str
    """Who answered."""
    at: datetime
    """With offset."""

    @property
    def person(self) -> str:
        """Who answered, however the name was typed."""
        return name_person(self.by)


def name_person(written: str) -> str:
    """A name without what differs from one typing to the next: capitals, spaces, marks composed or not."""
    return " ".join(unicodedata.normalize("NFKC", written).casefold().split())
