"""Why something may not be deployed."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Reason:
    """One thing that speaks against a deploy, and what to do about it."""

    message: str
    """One sentence, without a full stop."""
    remedy: str
    """One sentence saying what to do, without a full stop."""

    def __str__(self) -> str:
        return f"{self.message} (help: {self.remedy})"


def list_names(names: list[str], most: int = 3) -> str:
    """The first names, and how many there are besides."""
    shown = ", ".join(names[:most])
    return f"{shown} and {len(names) - most} more" if len(names) > most else shown
