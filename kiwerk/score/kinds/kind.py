"""How every kind of expectation answers."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal, Protocol

if TYPE_CHECKING:
    from kiwerk.record import Figure
    from kiwerk.score.scope import Scope
    from kiwerk.spec.expectation import Expectation


@dataclass(frozen=True, slots=True)
class Judgement:
    """Whether an expectation is met, `not` included."""

    passed: bool
    message: str
    """One sentence: what was expected, and what was found."""
    severity: Literal["warn"] | None = None
    """`warn` where this finding is too uncertain to fail a case; otherwise the expectation decides."""
    figure: Figure | None = None
    """What was measured, where something was."""
    reasons: tuple[str, ...] = ()
    """What those who judged gave as reasons, each after the answer; a judge's votes only."""


class Kind(Protocol):
    """One kind of expectation."""

    def __call__(self, expectation: Expectation, scope: Scope) -> Judgement:
        """Whether the expectation is met in the scope; each kind says itself what its `not` means.

        Raises:
            CannotJudge: it can be said neither way.
        """
        ...


def format_message(expected: str, found: str) -> str:
    """The sentence that puts two phrases side by side."""
    return f"Expected {expected}; found {found}."
