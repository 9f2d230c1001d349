"""Something wrong in the files a person wrote, with its place and what to do about it.

Findings are yielded, never raised, so that one run shows all of them. A finding knows no output format; the
renderers in `report/` know no check.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Severity(StrEnum):
    """How much a finding weighs: an error makes the command exit 1, a warning does not."""

    ERROR = "error"
    WARNING = "warning"


@dataclass(frozen=True, slots=True, order=True)
class Span:
    """A stretch of a file, from the first character to the one behind the last."""

    path: str
    """POSIX path from the repository's root."""
    line: int
    """1-based."""
    column: int
    """1-based, in characters."""
    end_line: int
    """1-based."""
    end_column: int
    """1-based, in characters, the first one not included."""


@dataclass(frozen=True, slots=True)
class Related:
    """A second place that explains the first, such as the other of two equal keys."""

    span: Span
    message: str


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that is wrong, in one place."""

    rule: str
    """Name of the rule, such as `expired-fact`: the same word in the file, the documentation and the tests."""
    message: str
    """One terse sentence, without a full stop."""
    span: Span
    severity: Severity = Severity.ERROR
    help: str | None = None
    """What to do, in one sentence."""
    related: tuple[Related, ...] = ()
    blocks_deploy: bool = False
    """A warning for everyone who edits, a refusal for `gate` and `deploy`: what goes stale by waiting."""
    fix: str | None = None
    """What to put in the place of the span, where only one thing can be right."""

    @property
    def documentation(self) -> str:
        """Where the rule is explained, from the repository's root."""
        return f"docs/rules.md#{self.rule}"
