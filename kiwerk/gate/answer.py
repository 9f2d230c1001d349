"""What one rule of a policy says, before it becomes part of a verdict."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Answer:
    """Whether a requirement is met, with the figures."""

    met: bool
    message: str
    """A clause without a full stop."""
