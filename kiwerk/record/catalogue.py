"""What exists in a repository, one document among others."""

from __future__ import annotations

from kiwerk.record.base import Record


class Entry(Record):
    """One document."""

    kind: str
    id: str
    path: str
    title: str | None = None
    cases: int | None = None
    """Of a suite."""

    @property
    def name(self) -> str:
        """`kind:id`, as commands take it."""
        return f"{self.kind.lower()}:{self.id}"


class Neighbours(Record):
    """One document with what it refers to and what refers to it."""

    entry: Entry
    description: str | None
    refers_to: tuple[Entry, ...]
    referred_to_by: tuple[Entry, ...]
