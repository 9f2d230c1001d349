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
