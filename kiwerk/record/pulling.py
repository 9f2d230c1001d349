"""What became of a Toolset when the tools of a live server were read."""

from __future__ import annotations

from typing import Literal

from kiwerk.record.base import Record


class AddedOperation(Record):
    """A tool that the document did not have."""

    operation: str
    """What it is called in the document."""
    tool: str
    """What the server calls it."""
    effect: Literal["read", "write"]
    """Proposed; a person decides."""
    confirm: Literal["explicit"] | None
    reason: str
    """Why so."""


class ChangedOperation(Record):
    """A tool that the server describes otherwise than the document."""

    operation: str
    fields: tuple[Literal["description", "parameters"], ...]


class Pulling(Record):
    """The difference between a server's tools and a document."""

    toolset: str
    """Its id."""
    path: str
    """POSIX path from the repository's root."""
    is_new: bool
    """Whether there was no such document."""
    written: bool
    added: tuple[AddedOperation, ...]
    changed: tuple[ChangedOperation, ...]
    removed: tuple[str, ...]
    """Operations of the document that the server does not offer; they are kept."""
    unchanged: int
    notes: tuple[str, ...]
    """What a person should look at, a sentence each."""

    @property
    def differs(self) -> bool:
        """Whether the document is not what the server offers."""
        return bool(self.added or self.changed or self.removed)
